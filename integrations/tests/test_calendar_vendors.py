"""Google Calendar and Microsoft Graph, asked over HTTP and judged by their own descriptions."""

from datetime import date
from typing import Any

import pytest

from integrations.errors import Misconfigured, ProviderError, Rejected, Unavailable
from integrations.http import Http
from integrations.providers.calendars.google import GoogleCalendar, GoogleCalendarOptions
from integrations.providers.calendars.google import entry_id as google_id
from integrations.providers.calendars.microsoft import MicrosoftCalendar, MicrosoftCalendarOptions
from integrations.tests.contracts.calendars import CalendarVendorSuite, entry
from integrations.tests.contracts.keyed import TOKEN
from integrations.tests.vendors import google
from integrations.tests.vendors.committing import CommittingVendor, Fault
from integrations.tests.vendors.google import GoogleVendor
from integrations.tests.vendors.graph import GraphVendor
from integrations.tests.vendors.server import Reply

pytestmark = pytest.mark.once


class TestGoogleCalendar(CalendarVendorSuite):
    Server = GoogleVendor

    def make(self, url: str, **options: Any) -> GoogleCalendar:
        return GoogleCalendar(GoogleCalendarOptions(**({"access_token": TOKEN, "base_url": url} | options)))

    def test_an_entry_lasts_its_whole_day_and_blocks_no_time(
        self, server: GoogleVendor, provider: GoogleCalendar
    ) -> None:
        provider.add(entry("k", day=date(2026, 12, 31), url="https://notes.example/1", description="a <b>"))
        [event] = server.committed
        assert (event["start"], event["end"]) == ({"date": "2026-12-31"}, {"date": "2027-01-01"})
        assert event["transparency"] == "transparent"
        assert event["source"] == {"title": "Update the runbook", "url": "https://notes.example/1"}
        assert event["description"] == "a &lt;b&gt;"
        assert event["extendedProperties"] == {"private": {"effect": "k"}}

    @pytest.mark.parametrize(
        ("owner", "attendees", "told"),
        [("", [{"email": "d@example.com"}], "all"), ("D@Example.com", None, "none")],
    )
    def test_who_owns_the_calendar_is_not_invited_to_it(
        self, server: GoogleVendor, owner: str, attendees: list | None, told: str
    ) -> None:
        self.make(server.url, owner_email=owner).add(entry("k"))
        assert server.committed[0].get("attendees") == attendees
        assert server.asked[0].path.endswith(f"?sendUpdates={told}")

    def test_a_calendar_is_named_by_its_id(self, server: GoogleVendor) -> None:
        self.make(server.url, calendar_id="team@group.example").add(entry("k"))
        assert server.asked[0].path.startswith("/calendar/v3/calendars/team%40group.example/events?")

    def test_an_entry_that_somebody_deleted_is_not_added_again(
        self, server: GoogleVendor, provider: GoogleCalendar
    ) -> None:
        provider.remove(provider.add(entry("k")).id)
        with pytest.raises(Rejected, match="deleted in the calendar since"):
            provider.add(entry("k"))
        assert [event["status"] for event in server.committed] == ["cancelled"]

    def test_an_entry_of_somebody_else_with_our_id_is_not_taken_for_ours(
        self, server: GoogleVendor, provider: GoogleCalendar
    ) -> None:
        theirs = {"id": google_id("k"), "status": "confirmed", "summary": "Lunch"}
        server.committed = [dict(theirs)]
        with pytest.raises(Rejected, match="Another entry"):
            provider.add(entry("k"))
        assert (provider.find("k"), server.committed) == ([], [theirs])

    def test_an_entry_that_exists_and_is_not_shown_yet_stays_in_doubt(
        self, server: GoogleVendor, provider: GoogleCalendar
    ) -> None:
        server.route("POST", google.EVENTS, lambda asked: google.refusal(409, "duplicate"))
        with pytest.raises(Unavailable) as failure:
            provider.add(entry("k"))
        assert failure.value.maybe_done is True

    def test_a_change_gives_an_entry_its_whole_day_back_and_leaves_its_guests(
        self, server: GoogleVendor, provider: GoogleCalendar
    ) -> None:
        added = provider.add(entry("k"))
        server.committed[0]["start"] = {"dateTime": "2026-11-17T09:00:00Z"}
        provider.update(added.id, entry("k", day=date(2026, 11, 20)))
        [event] = server.committed
        assert (event["start"], event["end"]) == ({"date": "2026-11-20"}, {"date": "2026-11-21"})
        assert event["attendees"] == [{"email": "d@example.com"}]

    @pytest.mark.parametrize(
        ("reason", "kind", "words"),
        [
            ("rateLimitExceeded", Unavailable, "too often"),
            ("forbidden", Rejected, "does not allow"),
            ("insufficientPermissions", Misconfigured, "credentials"),
        ],
    )
    def test_a_403_means_what_its_reason_says(
        self, server: GoogleVendor, provider: GoogleCalendar, reason: str, kind: type[Exception], words: str
    ) -> None:
        server.route("POST", google.EVENTS, lambda asked: google.refusal(403, reason))
        with pytest.raises(kind, match=words):
            provider.add(entry("k"))
        assert server.committed == []


class TestMicrosoftCalendar(CalendarVendorSuite):
    Server = GraphVendor

    def make(self, url: str, **options: Any) -> MicrosoftCalendar:
        given = {"access_token": TOKEN, "base_url": url} | options
        return MicrosoftCalendar(MicrosoftCalendarOptions(**given))

    def test_an_entry_lasts_from_midnight_to_midnight_in_the_readers_zone(
        self, server: GraphVendor, provider: MicrosoftCalendar
    ) -> None:
        provider.add(entry("k", day=date(2026, 12, 31), time_zone="Europe/Berlin", url="https://n.example/1"))
        [event] = server.committed
        assert event["start"] == {"dateTime": "2026-12-31T00:00:00", "timeZone": "Europe/Berlin"}
        assert event["end"] == {"dateTime": "2027-01-01T00:00:00", "timeZone": "Europe/Berlin"}
        assert (event["isAllDay"], event["showAs"], event["transactionId"]) == (True, "free", "k")
        assert event["body"]["content"] == "Said at 00:41.\n\nhttps://n.example/1"
        assert server.asked[0].headers["prefer"] == 'IdType="ImmutableId"'

    @pytest.mark.parametrize(("owner", "invited"), [("", ["d@example.com"]), ("D@Example.com", [])])
    def test_who_owns_the_calendar_is_not_invited_to_it(
        self, server: GraphVendor, owner: str, invited: list[str]
    ) -> None:
        self.make(server.url, owner_email=owner).add(entry("k"))
        attendees = server.committed[0].get("attendees", [])
        assert [each["emailAddress"]["address"] for each in attendees] == invited

    def test_a_calendar_is_named_by_its_id(self, server: GraphVendor) -> None:
        provider = self.make(server.url, calendar_id="AQ/1=")
        added = provider.add(entry("k"))
        assert provider.find("k") == [added]
        assert [asked.path.partition("?")[0] for asked in server.asked] == [
            "/me/calendars/AQ%2F1%3D/events"
        ] * 2

    def test_a_transaction_that_is_refused_as_repeated_is_looked_up(
        self, server: GraphVendor, provider: MicrosoftCalendar
    ) -> None:
        server.refuses_repeated = True
        assert provider.add(entry("k'1")) == provider.add(entry("k'1"))
        assert len(server.committed) == 1

    def test_a_repeated_transaction_that_is_not_shown_yet_stays_in_doubt(
        self, server: GraphVendor, provider: MicrosoftCalendar
    ) -> None:
        server.refuses_repeated = True
        provider.add(entry("k"))
        server.hidden = 1
        with pytest.raises(Unavailable) as failure:
            provider.add(entry("k"))
        assert failure.value.maybe_done is True
        assert len(server.committed) == 1

    def test_what_is_hidden_by_search_lag_is_found_later(
        self, server: GraphVendor, provider: MicrosoftCalendar
    ) -> None:
        added = provider.add(entry("k"))
        server.hidden = 1
        assert [provider.find("k"), provider.find("k")] == [[], [added]]
        assert provider.search_lag > 0


@pytest.mark.parametrize(
    ("vendor", "path", "body"),
    [
        (GoogleVendor, "calendar/v3/calendars/primary/events", {"id": "abcde", "nonsense": True}),
        (GoogleVendor, "calendar/v3/calendars/primary/events", {"id": 7}),
        (GoogleVendor, "calendar/v3/calendars/primary/events?nonsense=1", {"id": "abcde"}),
        (GraphVendor, "me/events", {"isAllDay": "yes"}),
        (GraphVendor, "me/events", {"nonsense": True}),
        (GraphVendor, "me/happenings", {}),
    ],
)
def test_what_a_vendor_does_not_describe_is_a_violation(
    vendor: type[CommittingVendor], path: str, body: dict
) -> None:
    server = vendor()
    server.faults = [Fault.DOWN]
    server.replies = [Reply(404)]
    with pytest.raises(ProviderError):
        Http(server.url, "Vendor").request("POST", path, json=body)
    server.close()
    assert len(server.violations) == 1
