"""Standard Webhooks as a receiver sees them: signed, to be verified with the receiver's own library."""

import json
import threading

import pytest
from standardwebhooks.webhooks import Webhook

from integrations import guard
from integrations.contracts.webhooks import Notice
from integrations.errors import Rejected, Unavailable
from integrations.providers.webhooks.memory import MemoryWebhooks
from integrations.providers.webhooks.standard import StandardWebhooks, StandardWebhooksOptions
from integrations.tests.contracts.webhooks import OLDER, SECRET, WebhooksSuite, notice
from integrations.tests.vendors.server import Reply, Vendor

pytestmark = pytest.mark.once


class TestMemoryWebhooks(WebhooksSuite):
    @pytest.fixture
    def provider(self) -> MemoryWebhooks:
        return MemoryWebhooks()

    def test_what_was_told_can_be_looked_up(self, provider: MemoryWebhooks) -> None:
        provider.tell(notice(self.url))
        told = provider.effects[0]
        assert (told.key, told.payload) == ("msg_1", {"url": self.url, "body": {"type": "task.created"}})


@pytest.fixture
def receiver():
    vendor = Vendor()
    vendor.route("POST", "/", lambda asked: Reply(204))
    yield vendor
    vendor.close()


class TestStandardWebhooks(WebhooksSuite):
    @pytest.fixture(autouse=True)
    def address(self, receiver: Vendor) -> None:
        self.url = f"{receiver.url}/hook"

    @pytest.fixture
    def provider(self) -> StandardWebhooks:
        return StandardWebhooks(StandardWebhooksOptions(timeout=0.5, private_allowed=True))

    @pytest.mark.parametrize("secret", [SECRET, OLDER])
    def test_the_receivers_library_verifies_it_with_either_secret(self, provider, receiver, secret) -> None:
        provider.tell(notice(self.url, body='{"type":"task.created","data":"ünï"}'.encode()))
        [asked] = receiver.asked
        assert Webhook(secret).verify(asked.body, asked.headers) == {"type": "task.created", "data": "ünï"}
        assert asked.headers["content-type"] == "application/json"

    def test_another_secret_or_body_does_not_verify(self, provider, receiver) -> None:
        provider.tell(notice(self.url))
        [asked] = receiver.asked
        for secret, body in (("whsec_AAAA", asked.body), (SECRET, asked.body + b" ")):
            with pytest.raises(Exception, match="No matching signature"):
                Webhook(secret).verify(body, asked.headers)

    def test_a_repeat_has_the_same_id_and_the_present_time(self, receiver) -> None:
        clock = iter([1000.0, 2000.0])
        options = StandardWebhooksOptions(private_allowed=True, clock=lambda: next(clock))
        for _ in range(2):
            StandardWebhooks(options).tell(notice(self.url))
        assert [asked.headers["webhook-id"] for asked in receiver.asked] == ["msg_1", "msg_1"]
        assert [asked.headers["webhook-timestamp"] for asked in receiver.asked] == ["1000", "2000"]
        assert len({asked.headers["webhook-signature"] for asked in receiver.asked}) == 2

    @pytest.mark.parametrize("status", [301, 400, 401, 404, 422, 500, 503])
    def test_every_refusal_is_tried_again_later(self, provider, receiver, status) -> None:
        elsewhere = {"Location": f"{receiver.url}/elsewhere"}
        receiver.route("POST", "/", lambda asked: Reply(status, headers=elsewhere))
        with pytest.raises(Unavailable):
            provider.tell(notice(self.url))
        assert [asked.path for asked in receiver.asked] == ["/hook"]

    def test_an_address_that_is_gone_is_told_no_more(self, provider, receiver) -> None:
        receiver.route("POST", "/", lambda asked: Reply(410))
        with pytest.raises(Rejected, match="nobody listens"):
            provider.tell(notice(self.url))

    def test_how_long_it_asks_to_wait_is_handed_on(self, provider, receiver) -> None:
        receiver.route("POST", "/", lambda asked: Reply(429, headers={"Retry-After": "30"}))
        with pytest.raises(Unavailable) as refused:
            provider.tell(notice(self.url))
        assert refused.value.retry_after == 30

    @pytest.mark.parametrize("reply", [Reply(200, b"x" * 70_000), Reply(200, trickle=True), Reply(204)])
    def test_whatever_it_says_with_a_2xx_it_has_been_told(self, provider, receiver, reply) -> None:
        receiver.route("POST", "/", lambda asked: reply)
        assert provider.tell(notice(self.url)).status == reply.status

    @pytest.mark.parametrize("status", [401, 404, 410, 500])
    def test_what_a_refusal_says_is_quoted_to_nobody(self, provider, receiver, status) -> None:
        """Else an address could be typed in to read what answers there."""
        receiver.route("POST", "/", lambda asked: Reply(status, b"internal-words"))
        with pytest.raises((Unavailable, Rejected), match=str(status)) as refused:
            provider.tell(notice(self.url))
        assert "internal-words" not in str(refused.value)

    @pytest.mark.parametrize(
        "reply", [Reply(hang_up=True), Reply(stall=threading.Event(), hang_up=True), Reply(500, trickle=True)]
    )
    def test_whoever_hangs_up_hangs_or_trickles_is_left_after_the_time(
        self, provider, receiver, reply
    ) -> None:
        receiver.route("POST", "/", lambda asked: reply)
        with pytest.raises(Unavailable):
            provider.tell(notice(self.url))
        if reply.stall:
            reply.stall.set()

    def test_an_address_of_the_own_network_is_not_called(self, receiver) -> None:
        with pytest.raises(guard.AddressRefused):
            StandardWebhooks().tell(notice(self.url))
        assert receiver.asked == []

    def test_secrets_do_not_show(self) -> None:
        assert SECRET not in repr(Notice("https://x.example", "1", b"", (SECRET,)))


def test_the_memory_provider_keeps_the_body_as_it_was_told():
    provider = MemoryWebhooks()
    provider.tell(notice("https://x.example", body=json.dumps({"a": [1]}).encode()))
    assert provider.effects[0].payload["body"] == {"a": [1]}
