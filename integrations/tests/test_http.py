"""Every way an exchange can go wrong is told as one of the four kinds, with the truth about `maybe_done`."""

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.http import LONGEST_WAIT, Http, retry_after
from integrations.redaction import quotable, redact
from integrations.tests.contracts.options import SECRET
from integrations.tests.vendors.server import Reply, Vendor, as_json


def client(url: str, **options: object) -> Http:
    return Http(url, "Tracker", headers={"X-Key": SECRET}, secrets=(SECRET,), timeout=2.0, **options)


def test_a_request_carries_path_headers_and_json(vendor: Vendor) -> None:
    vendor.replies = [as_json({"id": 7}, status=201)]
    answer = client(vendor.url + "/base").request("POST", "/issues", json={"title": "Über"})
    assert (answer.status, answer.json()) == (201, {"id": 7})
    [asked] = vendor.asked
    assert (asked.method, asked.path, asked.headers["x-key"]) == ("POST", "/base/issues", SECRET)
    assert asked.json() == {"title": "Über"}


def test_without_a_path_the_address_is_used_as_it_stands(vendor: Vendor) -> None:
    vendor.replies = [as_json({})]
    client(vendor.url + "/v2/transcribe").request("POST")
    assert vendor.asked[0].path == "/v2/transcribe"


@pytest.mark.parametrize(
    ("status", "maybe_done"),
    [(408, False), (425, False), (429, False), (500, True), (502, True), (503, False), (504, True)],
)
def test_a_vendor_in_trouble_is_unavailable(vendor: Vendor, status: int, maybe_done: bool) -> None:
    vendor.replies = [Reply(status, b"busy"), Reply(status, b"busy")]
    with pytest.raises(Unavailable) as failure:
        client(vendor.url).request("POST")
    assert failure.value.maybe_done is maybe_done
    assert str(failure.value) == f"Tracker is not available ({status}): busy"
    with pytest.raises(Unavailable) as failure:
        client(vendor.url).request("GET")
    assert failure.value.maybe_done is False


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
def test_a_refusal_is_rejected_with_its_status(vendor: Vendor, status: int) -> None:
    vendor.replies = [Reply(status)]
    with pytest.raises(Rejected) as failure:
        client(vendor.url).request("POST")
    assert failure.value.status == status


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_are_an_operators_affair(vendor: Vendor, status: int) -> None:
    vendor.replies = [Reply(status)]
    with pytest.raises(Misconfigured):
        client(vendor.url).request("GET")


def test_the_vendors_wish_to_wait_is_passed_on(vendor: Vendor) -> None:
    vendor.replies = [Reply(429, headers={"Retry-After": "17"})]
    with pytest.raises(Unavailable) as failure:
        client(vendor.url).request("POST")
    assert failure.value.retry_after == 17.0


def test_nobody_at_the_port_means_that_nothing_was_done(closed_port: int) -> None:
    with pytest.raises(Unavailable) as failure:
        client(f"http://127.0.0.1:{closed_port}").request("POST")
    assert failure.value.maybe_done is False


def test_an_answer_that_does_not_come_may_have_been_done(vendor: Vendor) -> None:
    release = threading.Event()
    vendor.replies = [Reply(stall=release)]
    with pytest.raises(Unavailable) as failure:
        Http(vendor.url, "Tracker", timeout=0.2).request("POST")
    release.set()
    assert failure.value.maybe_done is True
    assert str(failure.value) == "Tracker did not answer in time (ReadTimeout)."


def test_an_answer_that_trickles_for_ever_is_given_up(vendor: Vendor) -> None:
    vendor.replies = [Reply(trickle=True)]
    with pytest.raises(Unavailable, match="did not answer in time") as failure:
        Http(vendor.url, "Tracker", timeout=0.3).request("POST")
    assert failure.value.maybe_done is True


@pytest.mark.parametrize(("method", "maybe_done"), [("POST", True), ("DELETE", True), ("GET", False)])
def test_a_connection_that_broke_after_sending(vendor: Vendor, method: str, maybe_done: bool) -> None:
    vendor.replies = [Reply(hang_up=True)]
    with pytest.raises(Unavailable) as failure:
        client(vendor.url).request(method)
    assert failure.value.maybe_done is maybe_done


def test_an_answer_larger_than_allowed_is_refused(vendor: Vendor) -> None:
    vendor.replies = [Reply(200, b"x" * 1001), Reply(200, b"x" * 1000)]
    small = client(vendor.url, max_bytes=1000)
    with pytest.raises(Rejected):
        small.request("GET")
    assert len(small.request("GET").body) == 1000


def test_an_answer_that_is_no_json_is_refused_with_a_sentence(vendor: Vendor) -> None:
    vendor.replies = [Reply(200, b"<html>")]
    answer = client(vendor.url).request("GET")
    with pytest.raises(Rejected, match="Tracker answered with something that is not JSON"):
        answer.json()


@pytest.mark.parametrize(("method", "wrong", "maybe"), [("POST", Unavailable, True), ("GET", Rejected, None)])
@pytest.mark.parametrize("body", [b"<html>", b"x" * 2000])
def test_an_unreadable_answer_to_an_effect_leaves_open_whether_it_happened(
    vendor: Vendor, method: str, wrong: type[Exception], maybe: bool | None, body: bytes
) -> None:
    vendor.replies = [Reply(200, body)]
    with pytest.raises(wrong, match="Tracker answered with") as failure:
        client(vendor.url, effects=True, max_bytes=1000).request(method).json()
    assert getattr(failure.value, "maybe_done", None) is maybe


def test_a_vendor_may_judge_its_own_refusals_and_leave_the_others(vendor: Vendor) -> None:
    def judge(status: int, headers: Mapping[str, str], body: bytes) -> Unavailable | None:
        return Unavailable("Too often.", retry_after=3) if b"usageLimits" in body else None

    vendor.replies = [Reply(403, b"usageLimits"), Reply(403, b"other")]
    with pytest.raises(Unavailable, match="Too often"):
        client(vendor.url, judge=judge).request("POST")
    with pytest.raises(Misconfigured):
        client(vendor.url, judge=judge).request("POST")


def test_a_redirect_on_the_same_host_is_followed_for_reading_only(vendor: Vendor) -> None:
    moved = Reply(302, headers={"Location": "/new"})
    vendor.replies = [moved, as_json([1]), moved]
    assert client(vendor.url).request("GET", "old").json() == [1]
    assert [asked.path for asked in vendor.asked] == ["/old", "/new"]
    with pytest.raises(Misconfigured):
        client(vendor.url).request("POST", "old")


def test_a_redirect_elsewhere_never_gets_the_credentials(vendor: Vendor) -> None:
    other = Vendor()
    vendor.replies = [Reply(302, headers={"Location": other.url + "/steal"})]
    with pytest.raises(Misconfigured, match="redirects to another address"):
        client(vendor.url).request("GET")
    other.close()
    assert other.asked == []


def test_a_circle_of_redirects_ends(vendor: Vendor) -> None:
    vendor.replies = [Reply(302, headers={"Location": "/again"})] * 4
    with pytest.raises(Misconfigured, match="in a circle"):
        client(vendor.url).request("GET")


@pytest.mark.parametrize("url", ["", "tracker.example.com", "ftp://tracker.example.com"])
def test_an_address_that_is_none_is_misconfigured(url: str) -> None:
    with pytest.raises(Misconfigured):
        client(url).request("GET")


@pytest.mark.parametrize("key", [SECRET + "\n", SECRET + "é"])
def test_a_key_that_no_header_can_carry_is_misconfigured_and_not_shown(key: str, vendor: Vendor) -> None:
    broken = Http(vendor.url, "Tracker", headers={"X-Key": key}, secrets=(key,))
    with pytest.raises(Misconfigured) as failure:
        broken.request("GET")
    assert SECRET not in f"{failure.value!r} {failure.value.__cause__!r}"


def test_secrets_stay_out_of_errors_reprs_and_logs(vendor: Vendor, caplog: pytest.LogCaptureFixture) -> None:
    vendor.replies = [Reply(400, f"no such key {SECRET}".encode())]
    http = client(vendor.url)
    with caplog.at_level(logging.DEBUG), pytest.raises(Rejected) as failure:
        http.request("POST", json={})
    assert str(failure.value) == "Tracker refused the request (400): no such key ***"
    assert SECRET not in repr(http)
    assert SECRET not in caplog.text


NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("99999999", LONGEST_WAIT),
        ("Mon, 16 Nov 2026 09:00:30 GMT", 30.0),
        ("Mon, 16 Nov 2026 08:00:00 GMT", 0.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("²", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=40))
def test_no_retry_after_whatsoever_breaks_the_reader(value: str) -> None:
    wait = retry_after(value, NOW)
    assert wait is None or 0.0 <= wait <= LONGEST_WAIT


@given(st.text(), st.text(min_size=4, max_size=12).filter(lambda s: "*" not in s), st.text())
def test_a_secret_is_gone_wherever_it_stands(before: str, secret: str, after: str) -> None:
    assert secret not in redact(before + secret + after, [secret])


@given(st.text(max_size=400))
def test_a_quotation_is_one_short_printable_line(words: str) -> None:
    said = quotable(words, ())
    assert len(said) <= 200
    assert said == "" or said.isprintable()


def test_a_head_that_comes_byte_by_byte_does_not_hold_its_caller() -> None:
    gone = threading.Event()

    def trickle(listener: socket.socket) -> None:
        peer, _ = listener.accept()
        with peer, contextlib.suppress(OSError):
            peer.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not gone.wait(0.02):
                peer.sendall(b"y")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=trickle, args=(listener,), daemon=True)
        thread.start()
        began = time.monotonic()
        with pytest.raises(Unavailable) as failure:
            Http(f"http://127.0.0.1:{listener.getsockname()[1]}", "Tracker", timeout=0.2).request("POST")
        assert time.monotonic() - began < 5
        assert failure.value.maybe_done is True
        gone.set()
        thread.join()
