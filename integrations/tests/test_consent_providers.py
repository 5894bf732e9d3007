"""The four vendors at which people consent, over real HTTP, and what each of their failures means."""

from urllib.parse import parse_qs, urlsplit

import pytest

from core import codes
from integrations.contracts.consent import Grant
from integrations.errors import ConsentNeeded, Misconfigured, ProviderError, Rejected, Unavailable
from integrations.providers.consent.asana import AsanaConsent
from integrations.providers.consent.atlassian import AtlassianConsent
from integrations.providers.consent.google import GoogleConsent
from integrations.providers.consent.microsoft import MicrosoftConsent
from integrations.providers.consent.oauth2 import OAuth2Consent
from integrations.tests.contracts.options import ProviderSuite
from integrations.tests.vendors.committing import Fault
from integrations.tests.vendors.consent import CLIENT_SECRET, ConsentVendor

pytestmark = pytest.mark.once
VERIFIER = "a-verifier-of-the-tests-that-is-at-least-43-letters-long"
BACK = "http://here/back"
LOST = (Fault.DROPPED_AFTER_COMMIT, Fault.ERROR_AFTER_COMMIT, Fault.HANGS_AFTER_COMMIT, Fault.MALFORMED)


class ConsentSuite(ProviderSuite):
    """Subclasses name the class and what the vendor says of the account."""

    backend: type[OAuth2Consent]
    account: str
    name: str = "user@example.com"
    options: dict[str, str] = {}

    @pytest.fixture
    def vendor(self):
        server = ConsentVendor(self.backend.engine)
        yield server
        violations = server.violations
        server.close()
        assert violations == []

    @pytest.fixture
    def provider(self, vendor):
        return self.backend(self.backend.Options(**vendor.options()))

    @pytest.fixture
    def hasty(self, vendor):
        return self.backend(self.backend.Options(**vendor.options(timeout=0.3)))

    @pytest.fixture
    def code(self, provider, vendor) -> str:
        address = provider.authorization_url(
            state="the state", challenge=codes.challenge_of(VERIFIER), redirect_uri=BACK
        )
        assert parse_qs(urlsplit(address).query)["state"] == ["the state"]
        back = vendor.visit(address)
        assert back["state"] == "the state"
        return back["code"]

    @pytest.fixture
    def grant(self, provider, code) -> Grant:
        return provider.exchange(code, verifier=VERIFIER, redirect_uri=BACK)

    def test_a_code_is_good_for_tokens_and_says_whose_account_it_is(self, vendor, grant):
        assert (grant.account, grant.name, grant.options) == (self.account, self.name, self.options)
        assert grant.access_token in vendor.access
        assert grant.refresh_token in vendor.good
        assert grant.expires_in == 3600
        assert grant.access_token not in repr(grant)

    def test_a_code_is_good_once(self, provider, code, grant):
        with pytest.raises(Rejected):
            provider.exchange(code, verifier=VERIFIER, redirect_uri=BACK)

    def test_a_code_of_another_address_or_made_up_is_refused(self, provider, code):
        for shown, where in ((code, "http://there/back"), ("made-up", BACK)):
            with pytest.raises(Rejected):
                provider.exchange(shown, verifier=VERIFIER, redirect_uri=where)

    def test_a_refresh_brings_a_new_token(self, provider, vendor, grant):
        again = provider.refresh(grant.refresh_token)
        assert again.access_token in vendor.access - {grant.access_token}
        assert bool(again.refresh_token) == (vendor.name in ("atlassian", "microsoft"))
        assert provider.recognise(again.access_token) is None

    def test_a_withdrawn_consent_is_the_persons_to_renew(self, provider, vendor, grant):
        vendor.withdraw()
        with pytest.raises(ConsentNeeded):
            provider.refresh(grant.refresh_token)
        with pytest.raises(Misconfigured) as refused:
            provider.recognise(grant.access_token)
        assert refused.value.status == 401

    @pytest.mark.parametrize("fault", LOST)
    def test_a_lost_answer_leaves_open_what_came_of_it(self, provider, hasty, vendor, grant, fault):
        vendor.faults = [fault]
        with pytest.raises(Unavailable) as lost:
            hasty.refresh(grant.refresh_token)
        assert (lost.value.maybe_done, vendor.refreshes()) == (True, 1)
        assert provider.refresh(grant.refresh_token).access_token in vendor.access

    @pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.TOO_MANY_SILENT, Fault.DOWN, Fault.HANGS])
    def test_a_vendor_that_cannot_serve_is_no_reason_to_ask_the_person(self, hasty, vendor, grant, fault):
        vendor.faults = [fault]
        with pytest.raises(Unavailable):
            hasty.refresh(grant.refresh_token)
        assert vendor.refreshes() == 0

    def test_a_wrong_secret_is_the_operators_affair_and_is_not_shown(self, vendor, grant):
        wrong = "another-secret-of-this-server"
        provider = self.backend(self.backend.Options(**vendor.options(client_secret=wrong)))
        with pytest.raises(Misconfigured) as refused:
            provider.refresh(grant.refresh_token)
        assert not isinstance(refused.value, ConsentNeeded)
        assert wrong not in str(refused.value)

    def test_without_a_client_nobody_is_sent_anywhere(self):
        with pytest.raises(Misconfigured, match="needs client_id, client_secret"):
            self.backend(self.backend.Options()).authorization_url(state="", challenge="", redirect_uri=BACK)

    def test_errors_show_no_token(self, provider, vendor, grant):
        vendor.withdraw()
        for call in (lambda: provider.refresh(grant.refresh_token), lambda: provider.recognise("x" * 40)):
            with pytest.raises(ProviderError) as error:
                call()
            words = f"{error.value!r} {error.value.__cause__!r}"
            assert grant.refresh_token not in words
            assert CLIENT_SECRET not in words


class TestGoogle(ConsentSuite):
    backend = GoogleConsent
    account = "1084"
    options = {"calendar_id": "primary", "owner_email": "user@example.com"}

    def test_who_grants_less_than_was_asked_is_taken_at_that(self, provider, vendor, code):
        vendor.granted_scope = "openid email"
        grant = provider.exchange(code, verifier=VERIFIER, redirect_uri=BACK)
        assert grant.scopes == ("openid", "email")

    def test_what_is_revoked_is_not_good_any_more(self, provider, vendor, grant):
        provider.revoke(grant.refresh_token)
        with pytest.raises(ConsentNeeded):
            provider.refresh(grant.refresh_token)

    def test_another_verifier_proves_nothing(self, provider, code):
        with pytest.raises(Rejected):
            provider.exchange(code, verifier=VERIFIER[::-1], redirect_uri=BACK)


class TestMicrosoft(ConsentSuite):
    backend = MicrosoftConsent
    account = "87d349ed"
    options = {"owner_email": "user@example.com"}

    def test_there_is_nothing_to_call_that_revokes(self, provider, vendor, grant):
        asked = len(vendor.asked)
        assert provider.revoke(grant.refresh_token) is None
        assert len(vendor.asked) == asked


class TestAtlassian(ConsentSuite):
    backend = AtlassianConsent
    account = "1324a887"
    name = "example"
    options = {"cloud_id": "1324a887", "site_url": "https://example.atlassian.net"}

    def test_a_used_refresh_token_is_good_for_a_while_only(self, provider, vendor, grant):
        provider.refresh(grant.refresh_token)
        provider.refresh(grant.refresh_token)
        vendor.end_grace()
        with pytest.raises(ConsentNeeded):
            provider.refresh(grant.refresh_token)


class TestAsana(ConsentSuite):
    backend = AsanaConsent
    account = "4673218951"
