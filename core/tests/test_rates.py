"""Whose request it is that counts."""

from types import SimpleNamespace

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st

from core import callers, rates, waiting
from core.callers import Caller


def network_of(address: str) -> str:
    token = callers._caller.set(Caller(address))
    try:
        return rates.network()
    finally:
        callers._caller.reset(token)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_an_address_counts_as_itself_and_one_of_ipv6_as_its_network(address, network):
    assert network_of(address) == network


@given(st.ip_addresses(v=6, network="2001:db8:1:2::/64"), st.ip_addresses(v=6, network="2001:db8:1:3::/64"))
def test_nobody_gets_further_by_changing_address_within_their_network(one, other):
    assert network_of(str(one)) == "2001:db8:1:2::/64"
    assert network_of(str(other)) == "2001:db8:1:3::/64"


@pytest.mark.parametrize(
    ("peer", "said", "counts"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
    ],
)
async def test_behind_uvicorn_only_a_trusted_proxy_says_who_calls(peer, said, counts):
    scopes = []

    async def app(scope, receive, send):
        scopes.append(scope)

    options = uvicorn.Config(app, proxy_headers=True, log_config=None)
    options.load()
    headers = [(b"x-forwarded-for", said.encode())]
    scope = {"type": "http", "client": (peer, 1), "headers": headers, "scheme": "http"}
    await options.loaded_app(scope | {"asgi": {"version": "3.0"}}, None, None)
    assert scopes[0]["client"][0] == counts


def test_a_request_that_has_waited_counts_once(limited):
    limited(other="1/minute")
    user = SimpleNamespace(is_authenticated=True, pk="ann")

    def allowed(passes: int) -> bool:
        scope = {waiting.SCOPE_KEY: waiting.Wait(1.0, passes=passes)}
        request = SimpleNamespace(method="POST", scope=scope, user=user)
        return rates.RateLimit().allow_request(request, SimpleNamespace())

    assert [allowed(1), allowed(2), allowed(2), allowed(1)] == [True, True, True, False]


def test_a_method_has_its_own_rate_its_views_or_its_dialects():
    class View:
        rate = "voice"

        @rates.limited("credentials")
        def post(self): ...

        def get(self): ...

    spoken = SimpleNamespace(dialect=SimpleNamespace(rate="v1"))
    assert rates.rate_of(View(), "POST") == "credentials"
    assert rates.rate_of(View(), "GET") == "voice"
    assert rates.rate_of(spoken, "GET") == "v1"
    assert rates.rate_of(SimpleNamespace(), "GET") == "other"
