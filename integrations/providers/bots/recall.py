"""Recall.ai, API v1: docs.recall.ai (quickstart, custom-metadata, receive-a-recording, sub-codes,
bot-status-change-events, authenticating-requests-from-recallai).

A bot's metadata hold our key, and bots are listed by it. Its webhooks have one address for all bots, which is
set in its dashboard.
"""

import base64
import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from integrations.contracts.bots import Bot, BotDraft, BotRecording, BotState, BotStatus, Hint, Said
from integrations.contracts.links import MeetingLink

from .vendor import BotOptions, client, digest, id_of, probed, rows_of, text_of, told, unproven

NAME = "Recall.ai"
TOLERANCE = 300.0
"""Seconds by which a webhook's clock may differ (Standard Webhooks)."""
ASKED_PAUSE = 15.0
"""Seconds between two looks where no webhook tells."""
TOLD_PAUSE = 300.0
"""Where one does: Recall.ai asks not to be polled in production. A look now and then finds what was lost."""
ALONE = 60
WAITING = 900
_STATES = {
    "ready": BotState.JOINING,
    "joining_call": BotState.JOINING,
    "in_waiting_room": BotState.WAITING,
    "in_call_not_recording": BotState.JOINING,
    "recording_permission_allowed": BotState.JOINING,
    "recording_permission_denied": BotState.WAITING,
    "in_call_recording": BotState.RECORDING,
    "recording_done": BotState.LEFT,
    "call_ended": BotState.LEFT,
    "done": BotState.LEFT,
    "media_expired": BotState.LEFT,
    "analysis_done": BotState.LEFT,
    "analysis_failed": BotState.LEFT,
    "fatal": BotState.FAILED,
}
_SETTLED = ("done", "media_expired", "analysis_done", "analysis_failed", "fatal")
_MEDIA = (("audio_mixed", "observer.mp3"), ("video_mixed", "observer.mp4"))


@dataclass(frozen=True)
class RecallOptions(BotOptions):
    region: str = "us-east-1"
    """Where the account lives; a `base_url` wins."""

    def __post_init__(self) -> None:
        if not self.base_url:
            object.__setattr__(self, "base_url", f"https://{self.region}.recall.ai")


class RecallBots:
    Options = RecallOptions
    engine = "recall"
    search_lag = 5.0

    def __init__(self, options: RecallOptions):
        self._options = options
        headers = {"Authorization": f"Token {options.api_key}", "Accept": "application/json"}
        self._http = client(options, NAME, headers)

    @property
    def least_pause(self) -> float:
        return TOLD_PAUSE if self._options.webhook_secret else ASKED_PAUSE

    def join(self, draft: BotDraft) -> Bot:
        wish = {
            "meeting_url": draft.link.url,
            "bot_name": draft.name,
            "metadata": {"key": draft.key},
            "recording_config": {"audio_mixed_mp3": {}},
            "automatic_leave": {
                "waiting_room_timeout": WAITING,
                "noone_joined_timeout": WAITING,
                "everyone_left_timeout": {"timeout": ALONE, "activate_after": 0},
            },
        }
        return Bot(id_of(self._http.request("POST", "/api/v1/bot/", json=wish).json(), NAME))

    def find(self, key: str, link: MeetingLink | None) -> list[Bot]:
        answer = self._http.request("GET", "/api/v1/bot/", params={"metadata__key": key}).json()
        found = [row for row in rows_of(answer, "results") if text_of(row, "metadata", "key") == key]
        return [Bot(id_of(row, NAME)) for row in found]

    def status(self, bot_id: str) -> BotStatus:
        changes = rows_of(self._bot(bot_id), "status_changes")
        code = text_of(changes, -1, "code")
        state = _STATES.get(code, BotState.JOINING)
        reason = _reason(changes) if state in (BotState.LEFT, BotState.FAILED) else ""
        return BotStatus(state, reason, is_settled=code in _SETTLED)

    def leave(self, bot_id: str) -> None:
        told(self._http, "POST", f"{_path(bot_id)}leave_call/", done=(400, 404, 405, 409))

    def recording(self, bot_id: str) -> BotRecording | None:
        for recording in rows_of(self._bot(bot_id), "recordings"):
            for medium, filename in _MEDIA:
                url = text_of(recording, "media_shortcuts", medium, "data", "download_url")
                if url:
                    return BotRecording(url, filename=filename)
        return None

    def transcript(self, bot_id: str) -> tuple[Said, ...]:
        """None is asked for: its sound is understood here."""
        return ()

    def hint(self, headers: dict[str, str], body: bytes, *, now: float) -> Hint | None:
        """Standard Webhooks, with the names `webhook-*` or, in older accounts, `svix-*`."""
        kind = "webhook" if "webhook-signature" in headers else "svix"
        message_id, sent_at = headers.get(f"{kind}-id", ""), headers.get(f"{kind}-timestamp", "")
        if not (sent_at.isascii() and sent_at.isdigit() and len(sent_at) < 16):
            raise unproven(NAME)
        if abs(now - int(sent_at)) > TOLERANCE:
            raise unproven(NAME)
        signed = f"{message_id}.{sent_at}.".encode() + body
        wanted = digest(self._options.webhook_secret.removeprefix("whsec_"), signed, NAME)
        expected = b"v1," + base64.b64encode(wanted)
        given = headers.get(f"{kind}-signature", "").encode().split(b" ")
        if not any(hmac.compare_digest(expected, each) for each in given):
            raise unproven(NAME)
        return _about(body)

    def probe(self) -> None:
        probed(self._options, NAME, "RECALL")

    def _bot(self, bot_id: str) -> Any:
        return self._http.request("GET", _path(bot_id)).json()


def _path(bot_id: str) -> str:
    return f"/api/v1/bot/{quote(bot_id, safe='')}/"


def _reason(changes: list[dict]) -> str:
    """The newest change that says more than its code."""
    for change in reversed(changes):
        if said := text_of(change, "message") or text_of(change, "sub_code").replace("_", " "):
            return said
    return ""


def _about(body: bytes) -> Hint | None:
    try:
        bot_id = text_of(json.loads(body), "data", "bot", "id")
    except (ValueError, RecursionError):
        return None
    return Hint(bot_id) if bot_id else None
