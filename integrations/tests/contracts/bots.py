"""What every provider of bots keeps, whatever service it talks to."""

import pytest

from integrations.contracts.bots import FINAL, BotDraft, Bots, BotState
from integrations.contracts.links import recognised
from integrations.errors import Rejected
from integrations.tests.contracts.options import ProviderSuite

MEET = "https://meet.google.com/abc-defg-hij"
ZOOM = "https://us05web.zoom.us/j/84315220467?pwd=9M1SQg2Pu2l0.1"


def draft(key: str, link: str = MEET, **changes) -> BotDraft:
    values = {"name": "Meeting Assistant", "webhook_url": "https://assistant.example/hooks", "longest": 7200}
    return BotDraft(link=recognised(link), key=key, **(values | changes))


class BotsSuite(ProviderSuite):
    def test_a_bot_that_was_sent_is_found_by_its_key(self, provider: Bots) -> None:
        bot = provider.join(draft("visit-1"))
        assert bot.id
        assert provider.find("visit-1", recognised(MEET)) == [bot]

    def test_a_call_that_nobody_was_sent_to_has_no_bot(self, provider: Bots) -> None:
        provider.join(draft("visit-1"))
        assert provider.find("visit-9", recognised(ZOOM)) == []

    def test_two_calls_have_two_bots(self, provider: Bots) -> None:
        first, second = provider.join(draft("visit-1")), provider.join(draft("visit-2", ZOOM))
        assert first != second
        assert provider.find("visit-2", recognised(ZOOM)) == [second]

    def test_a_bot_joins_first_and_has_nothing_to_fetch(self, provider: Bots) -> None:
        status = provider.status(provider.join(draft("visit-1")).id)
        assert (status.state, status.is_settled) == (BotState.JOINING, False)

    def test_a_bot_that_is_told_to_leave_leaves_and_may_be_told_twice(self, provider: Bots) -> None:
        bot = provider.join(draft("visit-1"))
        provider.leave(bot.id)
        provider.leave(bot.id)
        assert provider.status(bot.id).state in FINAL

    def test_a_bot_that_never_was_is_not_there_and_cannot_stay(self, provider: Bots) -> None:
        with pytest.raises(Rejected) as refusal:
            provider.status(self.nobody())
        assert refusal.value.status == 404
        provider.leave(self.nobody())

    def nobody(self) -> str:
        return "bots-99"
