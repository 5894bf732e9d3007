"""No request to an address that a person typed in reaches this house or its neighbours."""

import socket

import httpx2
import pytest

from integrations import guard
from integrations.errors import Unavailable
from integrations.guard import AddressRefused
from integrations.http import Http
from integrations.tests.vendors.server import Vendor, as_json

pytestmark = pytest.mark.once
PUBLIC = "93.184.215.14"


@pytest.fixture
def names(monkeypatch):
    """`names["tracker.example"] = [...]` is what a look-up of the name answers."""
    known: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def look_up(host, port, *args, **options):
        if host not in known:
            return real(host, port, *args, **options)
        return [entry for address in known[host] for entry in real(address, port, *args, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.5.5", "192.168.1.1", "100.64.0.1"),  # noqa: S104
        *("169.254.169.254", "100.100.100.200", "168.63.129.16", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1"),
        *("192.0.0.192", "192.88.99.1", "3fff::1", "64:ff9b:1::7f00:1"),
        "nonsense",
    ],
)
def test_an_address_that_is_not_public_is_none(address):
    assert not guard.is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", f"::ffff:{PUBLIC}"])
def test_an_address_of_the_internet_is_public(address):
    assert guard.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://tracker.example/", "file:///etc/passwd", "gopher://tracker.example:70/", "tracker.example"),
        *("https://", "http://user:secret@tracker.example/", "https://tracker.example:99999/", "http://[::1"),
        *("http://localhost/", "http://127.0.0.1:5432/", "http://2130706433/", "http://[::ffff:7f00:1]/"),
        "http://[fe80::1]/",
    ],
)
def test_what_is_no_address_of_the_internet_is_refused_when_it_is_handed_in(names, url):
    names["tracker.example"] = [PUBLIC]
    with pytest.raises(AddressRefused):
        guard.require_public(url)


def test_a_name_is_refused_if_one_of_its_addresses_is_private(names):
    names["tracker.example"] = [PUBLIC, "10.0.0.7"]
    with pytest.raises(AddressRefused):
        guard.require_public("https://tracker.example/")
    names["tracker.example"] = [PUBLIC]
    assert guard.require_public("https://tracker.example/") is None


def test_a_name_that_nobody_knows_is_said_to_be_unknown():
    with pytest.raises(Unavailable, match=r"nowhere\.invalid cannot be found"):
        guard.require_public("https://nowhere.invalid/")


def test_an_operator_may_have_trackers_in_the_same_network():
    assert guard.require_public("http://127.0.0.1:8080/jira", private_allowed=True) is None
    with pytest.raises(AddressRefused):
        guard.require_public("ftp://127.0.0.1/", private_allowed=True)


def test_a_name_that_turns_private_after_it_was_checked_is_not_asked(names, vendor: Vendor):
    names["tracker.example"] = [PUBLIC]
    port = vendor.url.rpartition(":")[2]
    guard.require_public(f"http://tracker.example:{port}/")
    names["tracker.example"] = ["127.0.0.1"]
    with guard.public_only(), pytest.raises(AddressRefused):
        Http(f"http://tracker.example:{port}", "Jira").request("POST", "issue", json={})
    assert vendor.asked == []


def test_a_request_goes_to_the_address_that_was_checked_under_the_name_that_was_meant(
    names, vendor: Vendor, monkeypatch
):
    port = vendor.url.rpartition(":")[2]
    names["tracker.example"] = ["127.0.0.1"]
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.1")
    vendor.replies = [as_json({"id": 1})]
    with guard.public_only():
        answer = Http(f"http://tracker.example:{port}", "Jira").request("POST", "issue", json={"a": 1})
    asked = vendor.asked[0]
    assert (answer.json(), asked.json()) == ({"id": 1}, {"a": 1})
    assert (asked.path, asked.headers["host"]) == ("/issue", f"tracker.example:{port}")


def test_outside_of_the_block_nothing_is_guarded(vendor: Vendor):
    vendor.replies = [as_json({})]
    with guard.public_only(False):
        assert Http(vendor.url, "Jira").request("GET").status == 200
    assert guard.transport() is None


def test_a_host_of_many_dead_addresses_takes_no_longer_than_one(names):
    """An attempt of an effect has a lease: whoever types in a name decides how many addresses it has."""
    names["tracker.example"] = [f"93.184.215.{last}" for last in range(10, 20)]
    tried = []

    class Dead(httpx2.BaseTransport):
        def handle_request(self, request):
            tried.append((request.url.host, request.extensions["timeout"]["connect"]))
            raise httpx2.ConnectTimeout("dead", request=request)

    pinned = guard.Pinned()
    pinned._inner = Dead()
    with httpx2.Client(transport=pinned, timeout=8.0) as client, pytest.raises(httpx2.ConnectTimeout):
        client.get("https://tracker.example/")
    assert tried == [(f"93.184.215.{last}", 2.0) for last in (10, 11, 12, 13)]
