"""The contract of telling addresses of people's own."""

from integrations.contracts.webhooks import Notice, Webhooks
from integrations.tests.contracts.options import ProviderSuite

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLDER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


def notice(url: str, *, number: int = 1, body: bytes = b'{"type":"task.created"}') -> Notice:
    return Notice(url, f"msg_{number}", body, (SECRET, OLDER))


class WebhooksSuite(ProviderSuite):
    url = "https://hooks.example.com/here"

    def test_an_address_is_told(self, provider: Webhooks) -> None:
        assert 200 <= provider.tell(notice(self.url)).status < 300

    def test_it_may_be_told_again(self, provider: Webhooks) -> None:
        assert provider.tell(notice(self.url)) == provider.tell(notice(self.url))
