"""Vexa, hosted or self-hosted: docs.vexa.ai, and `docs/docs/api/meetings.mdx` of github.com/Vexa-ai/vexa.

An account has one bot in a call at a time, known by the platform and the call's own id; it keeps no key of
ours. So whichever is there is ours: sent twice, the second is refused (409). Two meetings that observe the
same call at once need two accounts.
"""

import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from integrations.contracts.bots import Bot, BotDraft, BotRecording, BotState, BotStatus, Hint, Said
from integrations.contracts.links import MeetingLink
from integrations.errors import Rejected, Unavailable

from .vendor import BotOptions, client, field_of, probed, rows_of, text_of, told, unproven

NAME = "Vexa"
_STATES = {
    "requested": BotState.JOINING,
    "joining": BotState.JOINING,
    "needs_help": BotState.WAITING,
    "awaiting_admission": BotState.WAITING,
    "active": BotState.RECORDING,
    "stopping": BotState.LEFT,
    "completed": BotState.LEFT,
    "failed": BotState.FAILED,
}
_SETTLED = ("completed", "failed")
_UNFINISHED = ("in_progress", "uploading", "processing")


@dataclass(frozen=True)
class VexaOptions(BotOptions):
    base_url: str = "https://api.cloud.vexa.ai"


class VexaBots:
    """A bot's id is `platform/native id`; of several visits to one call the newest is meant."""

    Options = VexaOptions
    engine = "vexa"
    search_lag = 0.0
    least_pause = 0.0

    def __init__(self, options: VexaOptions):
        self._options = options
        self._http = client(options, NAME, {"X-API-Key": options.api_key})

    def join(self, draft: BotDraft) -> Bot:
        wish = {
            "platform": draft.link.platform.value,
            "native_meeting_id": draft.link.native_id,
            "bot_name": draft.name,
            "recording_enabled": True,
        }
        if draft.link.passcode:
            wish["passcode"] = draft.link.passcode
        try:
            answer = self._http.request("POST", "/bots", json=wish).json()
        except Rejected as refusal:
            if refusal.status == 409:
                raise Rejected("A bot of this Vexa account is in that call already.", status=409) from refusal
            raise
        return _known(answer) or _bot_of(draft.link)

    def find(self, key: str, link: MeetingLink | None) -> list[Bot]:
        if link is None:
            return []
        answer = self._http.request("GET", "/bots/status").json()
        there = {_known(row) for row in rows_of(answer, "running_bots")}
        return [bot for bot in [_bot_of(link)] if bot in there]

    def status(self, bot_id: str) -> BotStatus:
        answer = self._record(bot_id)
        named = text_of(answer, "status")
        state = _STATES.get(named, BotState.JOINING)
        return BotStatus(state, _reason(answer), is_settled=named in _SETTLED)

    def leave(self, bot_id: str) -> None:
        told(self._http, "DELETE", f"/bots/{_quoted(bot_id)}", done=(404, 409))

    def recording(self, bot_id: str) -> BotRecording | None:
        for recording in reversed(rows_of(self._record(bot_id), "recordings")):
            if text_of(recording, "status") in _UNFINISHED:
                raise Unavailable("Vexa is still writing the recording.")
            for medium in rows_of(recording, "media_files"):
                if text_of(medium, "type") in ("audio", ""):
                    return self._medium(recording, medium)
        return None

    def _medium(self, recording: dict, medium: dict) -> BotRecording:
        ids = (quote(text_of(each, "id"), safe="") for each in (recording, medium))
        path = "/recordings/{}/media/{}/raw".format(*ids)
        return BotRecording(
            self._options.base_url.rstrip("/") + path,
            headers=tuple(self._http.headers.items()),
            filename=f"observer.{text_of(medium, 'format') or 'wav'}",
            is_own=True,
        )

    def transcript(self, bot_id: str) -> tuple[Said, ...]:
        rows = rows_of(self._record(bot_id), "segments")
        said = [_said(row) for row in rows if row.get("completed") is not False]
        return tuple(sorted((each for each in said if each.text), key=lambda each: each.start))

    def hint(self, headers: dict[str, str], body: bytes, *, now: float) -> Hint | None:
        """Proven by the shared secret in `Authorization: Bearer`, which is all that its documents promise."""
        secret = self._options.webhook_secret
        wanted = f"Bearer {secret}".encode()
        if not secret or not hmac.compare_digest(wanted, headers.get("authorization", "").encode()):
            raise unproven(NAME)
        try:
            payload = json.loads(body)
        except (ValueError, RecursionError):
            return None
        about = field_of(payload, "meeting") or field_of(payload, "data", "meeting")
        bot = _known(about)
        return Hint(bot.id) if bot else None

    def probe(self) -> None:
        probed(self._options, NAME, "VEXA")

    def _record(self, bot_id: str) -> Any:
        return self._http.request("GET", f"/transcripts/{_quoted(bot_id)}").json()


def _bot_of(link: MeetingLink) -> Bot:
    return Bot(f"{link.platform.value}/{link.native_id}")


def _known(row: Any) -> Bot | None:
    platform, native_id = text_of(row, "platform"), text_of(row, "native_meeting_id")
    return Bot(f"{platform}/{native_id}") if platform and native_id else None


def _quoted(bot_id: str) -> str:
    platform, _, native_id = bot_id.partition("/")
    return f"{quote(platform, safe='')}/{quote(native_id, safe='')}"


def _reason(answer: Any) -> str:
    said = text_of(answer, "data", "completion_reason") or text_of(answer, "data", "failure_reason")
    return (said or text_of(answer, "data", "last_error")).replace("_", " ")


def _said(row: dict) -> Said:
    return Said(
        _seconds(row, "start", "start_time"),
        _seconds(row, "end", "end_time"),
        text_of(row, "text").strip(),
        text_of(row, "speaker"),
    )


def _seconds(row: dict, *names: str) -> float:
    found = next((row[name] for name in names if isinstance(row.get(name), int | float)), 0.0)
    return max(0.0, float(found))
