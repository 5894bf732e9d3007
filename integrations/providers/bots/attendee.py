"""Attendee, hosted or one's own: docs/openapi.yml and docs/webhooks.md of github.com/attendee-labs/attendee.

A bot's `deduplication_key` is ours: Attendee refuses a second one with it, and finds the first by it.
"""

import base64
import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from integrations.contracts.bots import Bot, BotDraft, BotRecording, BotState, BotStatus, Hint, Said
from integrations.contracts.links import MeetingLink
from integrations.errors import Rejected

from .vendor import BotOptions, client, digest, id_of, probed, rows_of, text_of, told, unproven

NAME = "Attendee"
ALONE = 60
"""Seconds for which a bot stays when everybody else has left."""
WAITING = 900
"""Seconds for which it waits to be let in."""
_STATES = {
    "ready": BotState.JOINING,
    "scheduled": BotState.JOINING,
    "staged": BotState.JOINING,
    "joining": BotState.JOINING,
    "waiting_room": BotState.WAITING,
    "joined_not_recording": BotState.JOINING,
    "joined_recording_permission_denied": BotState.WAITING,
    "joined_recording": BotState.RECORDING,
    "joined_recording_paused": BotState.RECORDING,
    "joining_breakout_room": BotState.RECORDING,
    "leaving_breakout_room": BotState.RECORDING,
    "leaving": BotState.LEFT,
    "post_processing": BotState.LEFT,
    "ended": BotState.LEFT,
    "data_deleted": BotState.LEFT,
    "fatal_error": BotState.FAILED,
}
_SETTLED = ("ended", "data_deleted", "fatal_error")


@dataclass(frozen=True)
class AttendeeOptions(BotOptions):
    base_url: str = "https://app.attendee.dev"


class AttendeeBots:
    Options = AttendeeOptions
    engine = "attendee"
    search_lag = 0.0
    least_pause = 0.0

    def __init__(self, options: AttendeeOptions):
        self._options = options
        self._http = client(options, NAME, {"Authorization": f"Token {options.api_key}"})

    def join(self, draft: BotDraft) -> Bot:
        try:
            answer = self._http.request("POST", "/api/v1/bots", json=_wish(draft)).json()
        except Rejected as refusal:
            # Refused because it is there: an earlier request has got through.
            if refusal.status == 400 and (found := self.find(draft.key, draft.link)):
                return found[0]
            raise
        return Bot(id_of(answer, NAME))

    def find(self, key: str, link: MeetingLink | None) -> list[Bot]:
        answer = self._http.request("GET", "/api/v1/bots", params={"deduplication_key": key}).json()
        found = [row for row in rows_of(answer, "results") if row.get("deduplication_key") == key]
        return [Bot(id_of(row, NAME)) for row in found]

    def status(self, bot_id: str) -> BotStatus:
        answer = self._http.request("GET", _path(bot_id)).json()
        named = text_of(answer, "state")
        state = _STATES.get(named, BotState.JOINING)
        reason = _reason(answer) if state in (BotState.LEFT, BotState.FAILED) else ""
        return BotStatus(state, reason, is_settled=named in _SETTLED)

    def leave(self, bot_id: str) -> None:
        told(self._http, "POST", _path(bot_id, "leave"), done=(400, 404))

    def recording(self, bot_id: str) -> BotRecording | None:
        try:
            url = text_of(self._http.request("GET", _path(bot_id, "recording")).json(), "url")
        except Rejected as refusal:
            if refusal.status in (400, 404):
                return None
            raise
        return BotRecording(url, filename="observer.mp3") if url else None

    def transcript(self, bot_id: str) -> tuple[Said, ...]:
        try:
            answer = self._http.request("GET", _path(bot_id, "transcript")).json()
        except Rejected as refusal:
            if refusal.status in (400, 404):
                return ()
            raise
        rows = [row for row in rows_of(answer) if isinstance(row.get("timestamp_ms"), int)]
        first = min((row["timestamp_ms"] for row in rows), default=0)
        said = [_said(row, first) for row in rows]
        return tuple(sorted((each for each in said if each.text), key=lambda each: each.start))

    def hint(self, headers: dict[str, str], body: bytes, *, now: float) -> Hint | None:
        """Signed is the body as canonical JSON, with a secret that is written in base64.

        It carries no time; a repeated one costs a look.
        """
        try:
            payload = json.loads(body)
            canonical = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            wanted = digest(self._options.webhook_secret, canonical.encode(), NAME)
        except (ValueError, RecursionError) as error:
            raise unproven(NAME) from error
        given = headers.get("x-webhook-signature", "").encode()
        if not hmac.compare_digest(base64.b64encode(wanted), given):
            raise unproven(NAME)
        bot_id = text_of(payload, "bot_id")
        return Hint(bot_id) if bot_id else None

    def probe(self) -> None:
        probed(self._options, NAME, "ATTENDEE")


def _path(bot_id: str, *rest: str) -> str:
    return "/".join(["/api/v1/bots", quote(bot_id, safe=""), *rest])


def _wish(draft: BotDraft) -> dict[str, Any]:
    wish: dict[str, Any] = {
        "meeting_url": draft.link.url,
        "bot_name": draft.name,
        "deduplication_key": draft.key,
        "metadata": {"key": draft.key},
        "recording_settings": {"format": "mp3"},
        "automatic_leave_settings": {
            "max_uptime_seconds": draft.longest,
            "only_participant_in_meeting_timeout_seconds": ALONE,
            "waiting_room_timeout_seconds": WAITING,
        },
    }
    if draft.webhook_url.startswith("https://"):  # it takes no other
        wish["webhooks"] = [{"url": draft.webhook_url, "triggers": ["bot.state_change"]}]
    return wish


def _reason(answer: Any) -> str:
    """The last event that says why."""
    for event in reversed(rows_of(answer, "events")):
        if event.get("sub_type"):
            return f"{text_of(event, 'type')}: {text_of(event, 'sub_type')}".replace("_", " ")
    return text_of(answer, "events", -1, "type").replace("_", " ")


def _said(row: dict, first: int) -> Said:
    start = (row["timestamp_ms"] - first) / 1000
    lasts = row.get("duration_ms")
    text = text_of(row, "transcription", "transcript") or text_of(row, "transcription")
    end = start + (lasts / 1000 if isinstance(lasts, int) else 0.0)
    return Said(start, end, text.strip(), text_of(row, "speaker_name"))
