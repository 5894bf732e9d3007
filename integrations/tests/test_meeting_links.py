"""Links into calls: understood as people paste them, and nothing else is taken for one."""

from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.contracts.links import Platform, recognised

pytestmark = pytest.mark.once

LETTERS = "abcdefghijklmnopqrstuvwxyz"
THREAD = "19:meeting_NzU2YjQ@thread.v2"


@pytest.mark.parametrize(
    ("text", "platform", "native_id", "passcode"),
    [
        ("https://zoom.us/j/84315220467", Platform.ZOOM, "84315220467", ""),
        ("https://us05web.zoom.us/j/84315220467?pwd=9M1S.1#success", Platform.ZOOM, "84315220467", "9M1S.1"),
        ("https://company.zoom.us/wc/84315220467/join?pwd=x", Platform.ZOOM, "84315220467", "x"),
        ("https://company.zoom.us/wc/join/84315220467", Platform.ZOOM, "84315220467", ""),
        (" HTTPS://Meet.Google.com/abc-defg-hij?authuser=0 ", Platform.GOOGLE_MEET, "abc-defg-hij", ""),
        ("meet.google.com/abcdefghij", Platform.GOOGLE_MEET, "abc-defg-hij", ""),
        ("abc-defg-hij", Platform.GOOGLE_MEET, "abc-defg-hij", ""),
        ("https://teams.live.com/meet/9366473044740?p=Ab1", Platform.TEAMS, "9366473044740", "Ab1"),
        (
            f"https://teams.microsoft.com/l/meetup-join/{quote(THREAD)}/0?context=%7b%22Tid%22%3a%221%22%7d",
            Platform.TEAMS,
            THREAD,
            "",
        ),
    ],
)
def test_links_as_vendors_print_them(text, platform, native_id, passcode):
    link = recognised(text)
    found = (link.platform, link.native_id, link.passcode) if link else (None, "", "")
    assert found == (platform, native_id, passcode)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "stand-up",
        "abcdefghij",
        "https://zoom.us.evil.example/j/84315220467",
        "https://evilzoom.us/j/84315220467",
        "https://evil.example/?u=https://zoom.us/j/84315220467",
        "https://zoom.us@evil.example/j/84315220467",
        "https://zoom.us:8443/j/84315220467",
        "https://user:password@zoom.us/j/84315220467",
        "ftp://zoom.us/j/84315220467",
        "javascript://zoom.us/j/84315220467",
        "https://zoom.us/j/123",
        "https://meet.google.com/abc-defg-hij/../..",
        "https://meet.google.com/landing",
        "https://zoom.us/j/84315220467\r\nX-Header: 1",
        "https://zооm.us/j/84315220467",
        "https://[::1/j/84315220467",
        "https://zoom.us/j/" + "1" * 3000,
    ],
)
def test_nothing_that_merely_looks_like_one_is_taken_for_it(text):
    assert recognised(text) is None


@given(st.text(max_size=200) | st.from_regex(r"https?://[a-z.@:/?#=&%0-9-]{1,80}", fullmatch=True))
def test_whatever_is_pasted_leads_to_a_vendor_or_nowhere(text):
    link = recognised(text)
    if link is not None:
        parts = urlsplit(link.url)
        assert parts.scheme == "https"
        assert parts.username is None
        assert parts.hostname.endswith(("zoom.us", "zoomgov.com", "meet.google.com", "teams.microsoft.com",
                                        "teams.live.com", "teams.microsoft.us"))  # fmt: skip
        assert recognised(link.url) == link


@given(
    st.text(LETTERS, min_size=10, max_size=10),
    st.sampled_from(["https://meet.google.com/", "meet.google.com/", "http://meet.google.com/"]),
    st.sampled_from(["", "?authuser=1", "#x"]),
)
def test_every_code_of_google_meet_is_one_and_the_same_call(letters, before, after):
    code = f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"
    assert recognised(before + code + after) == recognised(code) == recognised(before + letters + after)


@given(st.integers(10**8, 10**12 - 1), st.from_regex(r"[A-Za-z0-9]{1,20}(\.1)?", fullmatch=True))
def test_every_number_of_zoom_keeps_its_passcode_and_names_the_call_without_it(number, passcode):
    link = recognised(f"https://us02web.zoom.us/j/{number}?pwd={passcode}")
    assert (link.native_id, link.passcode) == (str(number), passcode)
    assert str(link) == f"zoom {number}"
    assert recognised(link.url) == link
