"""Signing in with Microsoft and Google, against a server that really signs; every forgery is refused."""

from dataclasses import replace
from typing import Any

import pytest

from integrations.contracts.identity import Claims
from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.http import Http
from integrations.providers.identity.google import GoogleIdentity, GoogleOptions
from integrations.providers.identity.keys import SigningKeys
from integrations.providers.identity.microsoft import CONSUMERS, MicrosoftIdentity, MicrosoftOptions
from integrations.tests.contracts.identity import ASKED, SHOWN, IdentitySuite
from integrations.tests.forged_tokens import FORGED, FORGED_FOR_GOOGLE, FORGED_FOR_MICROSOFT, changed
from integrations.tests.oidc_server import (
    CLIENT_ID,
    CLIENT_SECRET,
    JOHN,
    OBJECT,
    TENANT,
    OidcServer,
    rsa,
    signed,
    unsigned,
)
from integrations.tests.vendors.server import Reply, as_json


@pytest.fixture
def server(oidc_server: OidcServer) -> OidcServer:
    oidc_server.reset()
    return oidc_server


def microsoft(server: OidcServer, tenant: str = TENANT, **options: Any) -> MicrosoftIdentity:
    return MicrosoftIdentity(
        MicrosoftOptions(**server.options(issuer=server.issuer, tenant=tenant, **options))
    )


def google(server: OidcServer, **options: Any) -> GoogleIdentity:
    return GoogleIdentity(GoogleOptions(**server.options(**options)))


def signed_in(server: OidcServer, provider: Any) -> Claims:
    back = server.visit(provider.authorization_url(**ASKED))
    assert back["state"] == ASKED["state"]
    return provider.claims(back["code"], **SHOWN)


class ServedSuite(IdentitySuite):
    @pytest.fixture(autouse=True)
    def use(self, server: OidcServer) -> None:
        self.server = server

    def code_of(self, provider: Any, url: str) -> str:
        return self.server.visit(url)["code"]


class TestMicrosoft(ServedSuite):
    @pytest.fixture
    def provider(self, server: OidcServer) -> MicrosoftIdentity:
        return microsoft(server)

    @pytest.mark.parametrize("wrong", FORGED_FOR_MICROSOFT)
    def test_a_forged_token_is_refused(self, server, provider, wrong: str) -> None:
        server.forge, why = FORGED_FOR_MICROSOFT[wrong]
        with pytest.raises(Rejected, match=why):
            signed_in(server, provider)

    def test_the_account_is_the_tenant_and_the_object(self, server, provider) -> None:
        assert signed_in(server, provider).subject == f"{TENANT}:{OBJECT}"

    @pytest.mark.parametrize(
        ("tenant", "of", "allowed"),
        [
            ("common", TENANT, True),
            ("common", CONSUMERS, True),
            ("organizations", TENANT, True),
            ("organizations", CONSUMERS, False),
            ("consumers", TENANT, False),
            ("consumers", CONSUMERS, True),
            (TENANT.upper(), TENANT, True),
            (TENANT, CONSUMERS, False),
        ],
    )
    def test_a_tenant_is_allowed_or_not(self, server, tenant: str, of: str, allowed: bool) -> None:
        server.person |= {"tid": of}
        if allowed:
            assert signed_in(server, microsoft(server, tenant)).subject == f"{of}:{OBJECT}"
        else:
            with pytest.raises(Rejected, match="tenant that may not"):
                signed_in(server, microsoft(server, tenant))

    @pytest.mark.parametrize("said", [None, False, 0, "0", "false", "", []])
    def test_an_address_is_not_verified_unless_entra_says_that_its_domain_is(
        self, server, provider, said: Any
    ) -> None:
        server.forge = changed(xms_edov=said, email_verified=True, upn="user@example.com")
        assert signed_in(server, provider).email_verified is False

    @pytest.mark.parametrize("said", [True, 1, "1", "true"])
    def test_an_address_is_verified_where_entra_says_so(self, server, provider, said: Any) -> None:
        server.forge = changed(xms_edov=said)
        assert signed_in(server, provider).email_verified is True

    def test_a_name_to_log_in_with_is_no_address(self, server, provider) -> None:
        server.forge = changed(email=None, upn="boss@example.com", preferred_username="boss@example.com")
        assert signed_in(server, provider).email == ""

    def test_a_key_signs_for_the_issuer_that_it_names(self, server) -> None:
        server.key_issuer = server.issuer
        assert signed_in(server, microsoft(server)).subject == f"{TENANT}:{OBJECT}"
        server.key_issuer = server.issuer.replace("{tenantid}", CONSUMERS)
        with pytest.raises(Rejected, match="key of another issuer"):
            signed_in(server, microsoft(server))

    def test_the_tenant_stands_in_the_addresses(self) -> None:
        provider = MicrosoftIdentity(MicrosoftOptions(CLIENT_ID, CLIENT_SECRET, tenant=TENANT))
        url = provider.authorization_url(**ASKED)
        assert url.startswith(f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/authorize?")

    @pytest.mark.parametrize("tenant", ["contoso.example", "", "../common", "common/x"])
    def test_a_tenant_that_cannot_be_told_is_said_at_start(self, tenant: str) -> None:
        with pytest.raises(Misconfigured, match="tenant of Microsoft"):
            MicrosoftIdentity(MicrosoftOptions(CLIENT_ID, CLIENT_SECRET, tenant=tenant)).probe()


class TestGoogle(ServedSuite):
    @pytest.fixture
    def provider(self, server: OidcServer) -> GoogleIdentity:
        return google(server)

    @pytest.mark.parametrize("wrong", [*FORGED, *FORGED_FOR_GOOGLE])
    def test_a_forged_token_is_refused(self, server, provider, wrong: str) -> None:
        server.forge, why = (FORGED | FORGED_FOR_GOOGLE)[wrong]
        with pytest.raises(Rejected, match=why):
            signed_in(server, provider)

    def test_the_account_is_the_subject(self, server, provider) -> None:
        assert signed_in(server, provider).subject == JOHN["sub"]

    @pytest.mark.parametrize(
        ("said", "verified"), [(True, True), ("true", True), (False, False), ("yes", False), (None, False)]
    )
    def test_google_says_whether_an_address_is_verified(self, server, provider, said, verified) -> None:
        server.forge = changed(email_verified=said, xms_edov=True)
        assert signed_in(server, provider).email_verified is verified

    @pytest.mark.parametrize(
        "address",
        ["user@exam\u212aple.com", "a b@example.com", "a@b@c", "x\x00@example.com", 7, "no", "é@e.org"],
    )
    def test_what_is_no_plain_address_is_none(self, server, provider, address: Any) -> None:
        server.forge = changed(email=address)
        assert signed_in(server, provider).email == ""

    def test_names_are_one_printable_line_of_bounded_length(self, server, provider) -> None:
        server.forge = changed(name="John\x00\n Doe  ", given_name="J" * 5000, family_name={"a": 1})
        claims = signed_in(server, provider)
        assert (claims.name, claims.given_name, claims.family_name) == ("John Doe", "J" * 150, "")


def test_a_token_for_several_clients_that_this_one_asked_for_is_good(server) -> None:
    server.forge = changed(aud=[CLIENT_ID, "other"], azp=CLIENT_ID)
    assert signed_in(server, google(server)).subject == JOHN["sub"]


def test_the_clocks_may_differ_by_a_minute(server) -> None:
    server.forge = changed(exp=lambda p: p["iat"] - 30, nbf=lambda p: p["iat"] + 30)
    assert signed_in(server, google(server)).subject == JOHN["sub"]


def test_another_algorithm_can_be_pinned(server) -> None:
    provider = google(server, algorithms=("PS256",))
    with pytest.raises(Rejected, match="algorithm"):
        signed_in(server, provider)


def test_keys_are_fetched_once_for_many_sign_ins(server) -> None:
    provider = google(server)
    assert signed_in(server, provider) == signed_in(server, provider)
    assert server.times_asked("/jwks") == 1


def test_a_rotated_key_is_fetched_and_an_unknown_one_asked_for_once(server) -> None:
    provider = google(server, keys_pause=0.0)
    signed_in(server, provider)
    server.keys = [rsa("second"), rsa("first")]
    server.forge = lambda payload: signed(payload, rsa("second"))
    assert signed_in(server, provider).subject == JOHN["sub"]
    assert server.times_asked("/jwks") == 2
    server.forge = lambda payload: signed(payload, rsa("foreign"))
    with pytest.raises(Rejected, match="no key with the id"):
        signed_in(server, provider)
    assert server.times_asked("/jwks") == 3


def test_a_token_without_a_key_id_is_good_where_there_is_one_key_only(server) -> None:
    def nameless(payload: dict) -> str:
        return signed(payload, rsa("first"), kid="")

    server.forge = nameless
    assert signed_in(server, google(server)).subject == JOHN["sub"]
    server.keys = [rsa("first"), rsa("second")]
    with pytest.raises(Rejected, match="no key with the id"):
        signed_in(server, google(server))


def test_forged_key_ids_do_not_make_us_ask_more_often_than_every_pause(server) -> None:
    now = [1000.0]
    http = Http(server.options()["jwks_url"], "Google", timeout=2.0)
    keys = SigningKeys(http, lifetime=3600, pause=30, clock=lambda: now[0])
    assert keys.find("first").key.kid == "first"
    for number in range(5):
        with pytest.raises(Rejected):
            keys.find(f"made-up-{number}")
    assert server.times_asked("/jwks") == 1
    now[0] += 30
    for number in range(5):
        with pytest.raises(Rejected):
            keys.find(f"made-up-{number}")
    assert server.times_asked("/jwks") == 2


def test_keys_that_were_withdrawn_are_not_believed_after_their_lifetime(server) -> None:
    now = [1000.0]
    http = Http(server.options()["jwks_url"], "Google", timeout=2.0)
    keys = SigningKeys(http, lifetime=3600, pause=30, clock=lambda: now[0])
    keys.find("first")
    server.keys = [rsa("second")]
    assert keys.find("first").key.kid == "first"
    now[0] += 3600
    with pytest.raises(Rejected):
        keys.find("first")


@pytest.mark.parametrize("path", ["/token", "/jwks"])
@pytest.mark.parametrize(
    ("reply", "error", "why"),
    [
        (Reply(500, b"oops"), Unavailable, "not available"),
        (Reply(429, headers={"Retry-After": "7"}), Unavailable, "not available"),
        (Reply(hang_up=True), Unavailable, "broke the connection"),
        (Reply(200, b"<html>"), Rejected, "not JSON"),
        (Reply(200, b"[" * 200_000), Rejected, "not JSON"),
        (Reply(200, b" " * 300_000), Rejected, "more than 262144 bytes"),
        (as_json([]), Rejected, "answered with"),
        (as_json({"id_token": 7, "keys": {}}), Rejected, "answered with"),
        (Reply(302, headers={"Location": "http://127.0.0.1:1/"}), Misconfigured, "redirects to another"),
    ],
)
def test_a_provider_in_trouble_is_told_from_one_that_refuses(server, path, reply, error, why) -> None:
    server.answers(path, reply)
    with pytest.raises(error, match=why):
        signed_in(server, google(server))


def test_nobody_at_the_port(closed_port: int, server) -> None:
    provider = google(server, token_url=f"http://127.0.0.1:{closed_port}/token")
    with pytest.raises(Unavailable, match="could not be reached"):
        signed_in(server, provider)


def test_a_wrong_secret_is_the_operators_affair_and_is_not_quoted(server) -> None:
    provider = google(server, client_secret="another-secret-0123456789")
    with pytest.raises(Misconfigured) as refused:
        signed_in(server, provider)
    assert "another-secret" not in str(refused.value)


def test_the_vendors_words_do_not_show_the_code(server) -> None:
    provider = google(server)
    with pytest.raises(Rejected) as refused:
        provider.claims("a-code-that-was-used-before", **SHOWN)
    assert str(refused.value).endswith('"error_description": "Not good: ***"}')


@pytest.mark.parametrize(
    "missing", ["client_id", "client_secret", "authorize_url", "token_url", "jwks_url", "issuer"]
)
def test_what_is_missing_is_named(server, missing: str) -> None:
    options = replace(GoogleOptions(**server.options()), **{missing: ""})
    with pytest.raises(Misconfigured, match=missing):
        GoogleIdentity(options).probe()


def test_the_test_server_does_sign(server) -> None:
    assert unsigned({"alg": "RS256"}, JOHN) != signed(JOHN)
