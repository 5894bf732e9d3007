"""Slack by a bot's token and by a webhook: harmless text, honest outcomes, and secrets that stay secret."""

import html
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.contracts.chat import Post
from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.providers.chat.slack import SlackChat, SlackOptions
from integrations.providers.chat.slack_text import LONGEST, SECTION, sections
from integrations.tests.contracts.effects import ChatSuite
from integrations.tests.contracts.faults import FaultsSuite
from integrations.tests.vendors.committing import RETRY_AFTER
from integrations.tests.vendors.server import Reply
from integrations.tests.vendors.slack import CHANNEL_ID, HOOK, TOKEN, SlackVendor

pytestmark = pytest.mark.once
POST = Post("#team", "The report is ready.", "meeting-1/chat")


@pytest.fixture
def vendor() -> Iterator[SlackVendor]:
    slack = SlackVendor()
    yield slack
    slack.close()
    assert slack.violations == []


def bot(vendor: SlackVendor, **options: str) -> SlackChat:
    return SlackChat(
        SlackOptions(**{"token": TOKEN, "base_url": f"{vendor.url}/api", "timeout": 0.5} | options)
    )


def webhook(vendor: SlackVendor, **options: str) -> SlackChat:
    return SlackChat(SlackOptions(webhook_url=vendor.webhook_url, timeout=0.3, **options))


class _Slack(ChatSuite, FaultsSuite):
    @pytest.fixture
    def vendor(self, vendor: SlackVendor) -> SlackVendor:
        return vendor

    def act(self, provider: SlackChat, key: str) -> None:
        provider.post(Post("#team", "The report is ready.", key))


class TestSlackBot(_Slack):
    @pytest.fixture
    def provider(self, vendor: SlackVendor) -> SlackChat:
        return bot(vendor)


class TestSlackWebhook(_Slack):
    @pytest.fixture
    def provider(self, vendor: SlackVendor) -> SlackChat:
        return webhook(vendor)


def test_a_post_carries_its_key_and_says_where_it_is(vendor: SlackVendor) -> None:
    posted = bot(vendor).post(POST)
    assert vendor.committed == [
        {"channel": "#team", "text": "The report is ready.", "sections": [], "key": "meeting-1/chat"}
    ]
    assert posted.id == f"{CHANNEL_ID}:1700000000.000000"
    assert posted.url == f"https://slack.com/app_redirect?channel={CHANNEL_ID}&message_ts=1700000000.000000"


@pytest.mark.parametrize("provider", [bot, webhook])
def test_what_was_said_in_a_meeting_calls_nobody_and_becomes_no_markup(provider, vendor: SlackVendor) -> None:
    said = (
        "<!channel> <@U024BE7LH> R&D @here and @Channel, <https://evil.example|the report>, ann@here.example"
    )
    provider(vendor).post(Post("#team", said, "k"))
    [post] = vendor.committed
    assert "<" not in post["text"]
    assert "@here" not in post["text"].replace("ann@here.example", "")
    assert html.unescape(post["text"]).replace("\u2060", "") == said


@pytest.mark.parametrize("provider", [bot, webhook])
def test_a_long_post_comes_in_sections_and_is_cut_where_slack_would_refuse_it(
    provider, vendor: SlackVendor
) -> None:
    provider(vendor).post(Post("#team", "\n".join(f"- point {n} & more" for n in range(2000)), "k"))
    [post] = vendor.committed
    assert 4 < len(post["sections"]) <= 50
    assert post["sections"][-1] == "…" or post["sections"][-1].endswith("…")
    assert sum(map(len, post["sections"])) <= LONGEST + 1
    assert post["text"] == post["sections"][0]


@settings(max_examples=40)
@given(st.text(alphabet=st.sampled_from("a &<>\n🎙é@"), max_size=200).map(lambda text: text * 40))
def test_pieces_fit_and_hold_the_text_in_order(text: str) -> None:
    pieces = sections(text)
    assert all(0 < len(piece) <= SECTION for piece in pieces)
    kept = html.unescape("".join(pieces)).removesuffix("…")
    assert "".join(text.split()).startswith("".join(kept.split()))


@pytest.mark.parametrize(
    ("error", "wrong", "sentence"),
    [
        ("channel_not_found", Rejected, "shows the bot no channel #team"),
        ("not_in_channel", Rejected, "invite the bot to #team"),
        ("is_archived", Rejected, "#team is archived in Slack"),
        ("msg_too_long", Rejected, "too long for Slack"),
        ("some_new_word", Rejected, r"refused the post \(some_new_word\)"),
        ("invalid_auth", Misconfigured, "refused the token"),
        ("token_revoked", Misconfigured, "was revoked"),
        ("account_inactive", Misconfigured, "account was closed"),
        ("missing_scope", Misconfigured, "lacks the permission chat:write.public"),
        ("internal_error", Unavailable, "failed while it posted"),
        ("fatal_error", Unavailable, "failed while it posted"),
        ("ratelimited", Unavailable, "cannot take the post now"),
    ],
)
def test_slacks_words_become_sentences_for_people(
    vendor: SlackVendor, error: str, wrong: type[Exception], sentence: str
) -> None:
    vendor.refusing = {"error": error, "needed": "chat:write.public"}
    with pytest.raises(wrong, match=sentence) as failure:
        bot(vendor).post(POST)
    if wrong is Unavailable:
        maybe = error in ("internal_error", "fatal_error")
        assert (failure.value.maybe_done, failure.value.retry_after) == (
            maybe,
            None if maybe else RETRY_AFTER,
        )
    assert vendor.committed == []


@pytest.mark.parametrize(
    ("status", "word", "wrong", "sentence"),
    [
        (404, "no_service", Misconfigured, "gone or switched off"),
        (404, "channel_not_found", Rejected, "no channel #team"),
        (410, "channel_is_archived", Rejected, "#team is archived"),
        (403, "action_prohibited", Rejected, "do not let the webhook post"),
        (400, "invalid_payload", Rejected, "invalid_payload"),
        (500, "rollup_error", Unavailable, "failed while it posted"),
    ],
)
def test_a_webhooks_words_become_sentences_for_people(
    vendor: SlackVendor, status: int, word: str, wrong: type[Exception], sentence: str
) -> None:
    vendor.route("POST", HOOK, lambda asked: Reply(status, word.encode()))
    with pytest.raises(wrong, match=sentence):
        webhook(vendor).post(POST)


def test_a_webhook_posts_to_its_own_channel_only(vendor: SlackVendor) -> None:
    with pytest.raises(Rejected, match="posts to #team only"):
        webhook(vendor, channel="#team").post(Post("#random", "The report is ready.", "k"))
    assert vendor.asked == []
    webhook(vendor, channel="#team").post(Post("Team", "The report is ready.", "k"))
    assert len(vendor.committed) == 1


@pytest.mark.parametrize("text", ["", " \n\n "])
def test_nothing_is_not_posted(vendor: SlackVendor, text: str) -> None:
    with pytest.raises(Rejected, match="without text"):
        bot(vendor).post(Post("#team", text, "k"))
    with pytest.raises(Rejected, match="names no channel"):
        bot(vendor).post(Post("", "Hello", "k"))
    assert vendor.asked == []


@pytest.mark.parametrize("options", [{}, {"webhook_url": "hooks.slack.example/services/T0"}])
def test_without_a_way_in_it_is_misconfigured(options: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        SlackChat(SlackOptions(**options)).probe()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"ok": true}', b'{"ok": true, "ts": 1}', b"\xff"])
@pytest.mark.parametrize("provider", [bot, webhook])
def test_an_answer_that_is_not_slacks_leaves_the_outcome_open(
    provider, vendor: SlackVendor, body: bytes
) -> None:
    for path in (HOOK, "/api/chat.postMessage"):
        vendor.route("POST", path, lambda asked: Reply(200, body))
    with pytest.raises(Unavailable) as failure:
        provider(vendor).post(POST)
    assert failure.value.maybe_done is True


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, HOOK.encode()),
        Reply(404, TOKEN.encode()),
        Reply(302, headers={"Location": f"http://elsewhere.example{HOOK}"}),
        Reply(hang_up=True),
        Reply(200, HOOK.encode()),
        Reply(200, f'{{"ok": false, "error": "{TOKEN}"}}'.encode()),
    ],
)
@pytest.mark.parametrize(("provider", "secret"), [(bot, TOKEN), (webhook, HOOK.strip("/"))])
def test_neither_token_nor_webhook_shows_in_errors_and_logs(
    provider, secret: str, vendor: SlackVendor, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for path in (HOOK, "/api/chat.postMessage"):
        vendor.route("POST", path, lambda asked: reply)
    chat = provider(vendor)
    with pytest.raises((Unavailable, Rejected, Misconfigured)) as failure:
        chat.post(POST)
    shown = f"{failure.value!r} {failure.value.__cause__!r} {chat!r} {chat._options!r} {caplog.text}"
    assert secret not in shown
