"""Attendee, Recall.ai and Vexa over HTTP: the contract, every fault, states, recordings and webhooks."""

import json
from typing import Any

import pytest

from integrations.contracts.bots import Bots, BotState, Said
from integrations.contracts.links import recognised
from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.providers.bots.attendee import AttendeeBots
from integrations.providers.bots.recall import RecallBots
from integrations.providers.bots.vexa import VexaBots
from integrations.tests.contracts.bots import MEET, ZOOM, BotsSuite, draft
from integrations.tests.contracts.faults import FaultsSuite
from integrations.tests.contracts.options import SECRET as SHOWN
from integrations.tests.vendors import attendee, recall, vexa
from integrations.tests.vendors.committing import AFTER_THE_DEED, Fault
from integrations.tests.vendors.server import as_json

pytestmark = pytest.mark.once

NOW = 1_795_000_000.0
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_Nz%40thread.v2/0?context=%7b%7d"


class VendorSuite(FaultsSuite, BotsSuite):
    """Subclasses name the module of the vendor and the provider's class."""

    stand_in: Any
    Server: type
    Provider: type

    @pytest.fixture
    def vendor(self):
        server = self.Server()
        yield server
        server.close()
        assert server.violations == []

    @pytest.fixture
    def provider(self, vendor) -> Bots:
        options = self.Provider.Options(
            base_url=vendor.url,
            api_key=self.stand_in.TOKEN,
            webhook_secret=self.stand_in.SECRET,
            timeout=0.3,
        )
        return self.Provider(options)

    def act(self, provider: Bots, key: str) -> None:
        provider.join(draft(key))

    @pytest.mark.parametrize("fault", AFTER_THE_DEED)
    def test_one_that_may_be_on_its_way_is_found(self, provider, vendor, fault: Fault) -> None:
        vendor.faults = [fault]
        with pytest.raises(Unavailable):
            provider.join(draft("visit-1"))
        [found] = provider.find("visit-1", recognised(MEET))
        assert provider.status(found.id).state == BotState.JOINING

    def test_one_that_is_hidden_at_first_is_found_later(self, provider, vendor) -> None:
        bot = provider.join(draft("visit-1"))
        vendor.hidden = 1
        assert provider.find("visit-1", recognised(MEET)) == []
        assert provider.find("visit-1", recognised(MEET)) == [bot]

    def test_what_answers_without_an_id_is_looked_for(self, provider, vendor) -> None:
        if self.Provider is VexaBots:
            pytest.skip("its bots are known by their call")
        vendor.routes = {key: lambda asked: as_json({"ok": True}) for key in vendor.routes}
        with pytest.raises(Unavailable) as failure:
            provider.join(draft("visit-1"))
        assert failure.value.maybe_done is True

    def test_without_a_key_it_says_which_setting_is_missing(self) -> None:
        with pytest.raises(Misconfigured, match=f"{self.Provider.engine.upper()}_API_KEY"):
            self.Provider(self.Provider.Options()).probe()

    def test_nothing_of_its_secrets_is_shown(self) -> None:
        options = self.Provider.Options(api_key=SHOWN, webhook_secret=SHOWN)
        assert SHOWN not in repr(options) + repr(self.Provider(options).__dict__)

    def test_a_webhook_is_believed_with_its_signature_only(self, provider) -> None:
        payload, bot_id = self.event()
        headers, body = self.signed(payload)
        assert provider.hint(headers, body, now=NOW).bot_id == bot_id
        forged = [
            ({}, body),
            (dict.fromkeys(headers, ""), body),
            (headers | {name: value[:-3] + "abc" for name, value in headers.items()}, body),
            (self.signed(payload, secret=self.other_secret())[0], body),
        ]
        if self.Provider is not VexaBots:  # which proves who, not what
            forged.append((headers, body.replace(bot_id.encode(), b"another")))
        for claimed in forged:
            with pytest.raises(Rejected) as refusal:
                provider.hint(*claimed, now=NOW)
            assert refusal.value.status == 401

    def test_without_a_secret_no_webhook_is_believed(self, vendor) -> None:
        provider = self.Provider(self.Provider.Options(base_url=vendor.url, api_key="x"))
        payload, _ = self.event()
        for secret in ("", self.stand_in.SECRET):
            with pytest.raises(Rejected):
                provider.hint(*self.signed(payload, secret=secret), now=NOW)

    def test_a_webhook_about_something_else_is_about_no_bot(self, provider) -> None:
        assert provider.hint(*self.signed({"event": "calendar.update"}), now=NOW) is None

    def other_secret(self) -> str:
        return self.stand_in.SECRET[:-8] + "AAAAAAA="

    def signed(self, payload: dict, **changes) -> tuple[dict, bytes]:
        return self.stand_in.signed(payload, **changes)

    def event(self) -> tuple[dict, str]:
        raise NotImplementedError


def states(vendor, provider, bot_id: str, names: list[str]) -> list[tuple[str, str, bool]]:
    told = []
    for name in names:
        vendor.move(bot_id, name)
        status = provider.status(bot_id)
        told.append((name, status.state.value, status.is_settled))
    return told


class TestAttendee(VendorSuite):
    stand_in, Server, Provider = attendee, attendee.AttendeeVendor, AttendeeBots

    def event(self) -> tuple[dict, str]:
        return {"trigger": "bot.state_change", "bot_id": "bot_7", "data": {"new_state": "ündë"}}, "bot_7"

    def test_it_asks_to_leave_when_alone_and_in_the_end_and_for_sound_only(self, provider, vendor) -> None:
        provider.join(draft("visit-1"))
        wish = vendor.committed[0]["wish"]
        assert wish["automatic_leave_settings"]["max_uptime_seconds"] == 7200
        assert wish["automatic_leave_settings"]["only_participant_in_meeting_timeout_seconds"] == 60
        assert wish["recording_settings"] == {"format": "mp3"}
        assert wish["webhooks"][0]["url"] == "https://assistant.example/hooks"

    def test_an_address_without_tls_is_not_given_to_it(self, provider, vendor) -> None:
        provider.join(draft("visit-1", webhook_url="http://127.0.0.1:8000/hooks"))
        assert "webhooks" not in vendor.committed[0]["wish"]

    def test_one_that_it_refuses_because_it_is_there_is_the_one(self, provider, vendor) -> None:
        first = provider.join(draft("visit-1"))
        assert provider.join(draft("visit-1")) == first
        assert len(vendor.committed) == 1

    def test_its_states(self, provider, vendor) -> None:
        bot = provider.join(draft("visit-1"))
        names = ["waiting_room", "joined_recording", "leaving", "post_processing", "ended", "fatal_error"]
        assert states(vendor, provider, bot.id, [*names, "invented_later"]) == [
            ("waiting_room", "waiting", False),
            ("joined_recording", "recording", False),
            ("leaving", "left", False),
            ("post_processing", "left", False),
            ("ended", "left", True),
            ("fatal_error", "failed", True),
            ("invented_later", "joining", False),
        ]

    def test_why_it_left_is_said(self, provider, vendor) -> None:
        bot = provider.join(draft("visit-1"))
        vendor.settle(bot.id)
        assert provider.status(bot.id).reason == "meeting ended: removed by host"

    def test_its_recording_and_its_transcript(self, provider, vendor) -> None:
        bot = provider.join(draft("visit-1"))
        assert (provider.recording(bot.id), provider.transcript(bot.id)) == (None, ())
        vendor.media["recording"] = as_json({"url": "https://s3.example/a.mp3?x=1", "start_timestamp_ms": 1})
        vendor.media["transcript"] = as_json(
            [
                {"speaker_name": "Daniel", "timestamp_ms": 9500, "duration_ms": 1000,
                 "transcription": {"transcript": "Hi."}},
                {"speaker_name": "Maya", "timestamp_ms": 7000, "duration_ms": 2000,
                 "transcription": {"transcript": " Hello. "}},
                {"speaker_name": "Maya", "timestamp_ms": 8000, "duration_ms": 1, "transcription": None},
            ]
        )  # fmt: skip
        found = provider.recording(bot.id)
        assert (found.url, found.headers, found.is_own) == ("https://s3.example/a.mp3?x=1", (), False)
        assert provider.transcript(bot.id) == (
            Said(0.0, 2.0, "Hello.", "Maya"),
            Said(2.5, 3.5, "Hi.", "Daniel"),
        )


class TestRecall(VendorSuite):
    stand_in, Server, Provider = recall, recall.RecallVendor, RecallBots

    def event(self) -> tuple[dict, str]:
        return {"event": "bot.done", "data": {"bot": {"id": "5603dea-b633"}}}, "5603dea-b633"

    def signed(self, payload: dict, **changes) -> tuple[dict, bytes]:
        return recall.signed(payload, at=NOW, **changes)

    @pytest.mark.parametrize("late", [-301, 301])
    def test_a_webhook_that_is_sent_again_much_later_is_not_believed(self, provider, late) -> None:
        with pytest.raises(Rejected):
            provider.hint(*self.signed(self.event()[0]), now=NOW + late)

    def test_accounts_from_before_have_other_names_of_headers(self, provider) -> None:
        headers, body = self.signed(self.event()[0], kind="svix")
        assert provider.hint(headers, body, now=NOW + 299).bot_id == "5603dea-b633"

    @pytest.mark.parametrize(("secret", "seconds"), [(recall.SECRET, 300.0), ("", 15.0)])
    def test_it_is_seldom_asked_where_its_webhooks_tell(self, secret, seconds) -> None:
        assert RecallBots(RecallBots.Options(webhook_secret=secret)).least_pause == seconds

    def test_the_region_is_in_the_address_unless_one_is_given(self) -> None:
        assert RecallBots.Options(region="eu-central-1").base_url == "https://eu-central-1.recall.ai"
        assert RecallBots.Options(region="eu-central-1", base_url="https://own").base_url == "https://own"

    def test_its_states(self, provider, vendor) -> None:
        bot = provider.join(draft("visit-1"))
        names = ["joining_call", "in_waiting_room", "in_call_recording", "call_ended", "done", "fatal"]
        assert states(vendor, provider, bot.id, names) == [
            ("joining_call", "joining", False),
            ("in_waiting_room", "waiting", False),
            ("in_call_recording", "recording", False),
            ("call_ended", "left", False),
            ("done", "left", True),
            ("fatal", "failed", True),
        ]

    def test_why_it_left_is_said_though_it_was_said_earlier(self, provider, vendor) -> None:
        bot = provider.join(draft("visit-1"))
        vendor.settle(bot.id)
        assert provider.status(bot.id).reason == "bot kicked from call"

    def test_its_recording_is_sound_where_there_is_sound(self, provider, vendor) -> None:
        bot = provider.join(draft("visit-1"))
        assert provider.recording(bot.id) is None
        video = {"data": {"download_url": "https://s3.example/v.mp4"}}
        vendor.committed[0]["recordings"] = [{"media_shortcuts": {"audio_mixed": None, "video_mixed": video}}]
        assert provider.recording(bot.id).filename == "observer.mp4"
        audio = {"data": {"download_url": "https://s3.example/a.mp3"}}
        vendor.committed[0]["recordings"][0]["media_shortcuts"]["audio_mixed"] = audio
        assert provider.recording(bot.id).url == "https://s3.example/a.mp3"
        assert provider.transcript(bot.id) == ()


class TestVexa(VendorSuite):
    stand_in, Server, Provider = vexa, vexa.VexaVendor, VexaBots

    def nobody(self) -> str:
        return "zoom/99999999999"

    def event(self) -> tuple[dict, str]:
        call = {"platform": "google_meet", "native_meeting_id": "abc-defg-hij", "status": "completed"}
        return {"event_type": "meeting.status_change", "meeting": call}, "google_meet/abc-defg-hij"

    def test_a_call_has_one_bot_of_an_account(self, provider, vendor) -> None:
        provider.join(draft("visit-1"))
        with pytest.raises(Rejected, match="in that call already") as refusal:
            provider.join(draft("visit-2"))
        assert (refusal.value.status, len(vendor.committed)) == (409, 1)

    def test_passcodes_and_threads_reach_it_as_it_wants_them(self, provider, vendor) -> None:
        provider.join(draft("visit-1", ZOOM))
        teams = provider.join(draft("visit-2", TEAMS))
        assert vendor.committed[0]["wish"]["passcode"] == "9M1SQg2Pu2l0.1"
        assert teams.id == "teams/19:meeting_Nz@thread.v2"
        assert provider.status(teams.id).state == BotState.JOINING

    def test_without_its_link_none_is_found(self, provider) -> None:
        provider.join(draft("visit-1"))
        assert provider.find("visit-1", None) == []

    def test_its_states(self, provider, vendor) -> None:
        bot = provider.join(draft("visit-1"))
        names = ["awaiting_admission", "active", "stopping", "completed", "failed"]
        assert states(vendor, provider, bot.id, names) == [
            ("awaiting_admission", "waiting", False),
            ("active", "recording", False),
            ("stopping", "left", False),
            ("completed", "left", True),
            ("failed", "failed", True),
        ]

    def test_its_recording_is_asked_for_with_the_key_at_its_own_address(self, provider, vendor) -> None:
        bot = provider.join(draft("visit-1"))
        assert provider.recording(bot.id) is None
        files = [{"id": 8, "type": "video", "format": "webm"}, {"id": 9, "type": "audio", "format": "wav"}]
        vendor.committed[0]["recordings"] = [{"id": 42, "status": "in_progress", "media_files": files}]
        with pytest.raises(Unavailable, match="still writing"):
            provider.recording(bot.id)
        vendor.committed[0]["recordings"][0]["status"] = "completed"
        found = provider.recording(bot.id)
        assert found.url == f"{vendor.url}/recordings/42/media/9/raw"
        assert (dict(found.headers), found.is_own) == ({"X-API-Key": vexa.TOKEN}, True)

    def test_its_transcript_has_names_and_no_drafts(self, provider, vendor) -> None:
        bot = provider.join(draft("visit-1"))
        vendor.committed[0]["segments"] = [
            {"speaker": "Maya", "text": "Hello.", "start": 1.5, "end": 2.0, "completed": True},
            {"speaker": "", "text": "Older.", "start_time": 0.5, "end_time": 1.0},
            {"speaker": "Maya", "text": "Draft", "start": 3.0, "end": 4.0, "completed": False},
        ]
        assert provider.transcript(bot.id) == (Said(0.5, 1.0, "Older."), Said(1.5, 2.0, "Hello.", "Maya"))


@pytest.mark.parametrize("answer", ["[]", '"x"', "{}", '{"state": [1]}', '{"status_changes": {"code": 1}}'])
@pytest.mark.parametrize("provider_class", [AttendeeBots, RecallBots, VexaBots])
def test_an_answer_of_another_shape_breaks_nothing(provider_class, answer) -> None:
    server = attendee.AttendeeVendor()
    server.violations = []
    server.routes = {("GET", "/"): lambda asked: as_json(json.loads(answer))}
    provider = provider_class(provider_class.Options(base_url=server.url, api_key="x"))
    assert provider.status("google_meet/abc").state == BotState.JOINING
    assert (provider.recording("google_meet/abc"), provider.transcript("google_meet/abc")) == (None, ())
    server.close()
