"""The language provider that needs neither key nor network: a trained extractor and rules, a few MB in all.

English throughout; in other languages the summary still names topics and quotes, and the findings, whose
patterns are English, stay empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from integrations.contracts.language import Conversation, Findings, Identity, Summary
from integrations.providers.language.local import findings, identity, model, summary
from integrations.providers.language.local.talk import Talk


@dataclass(frozen=True)
class Options:
    """Nothing to configure: the weights ship with the code."""


class LocalLanguage:
    """The `Language` contract; stateless, so that one instance serves all threads."""

    Options = Options
    engine = "local-extractor-1"

    def __init__(self, options: Options | None = None):
        self.options = options or Options()

    def identify(self, conversation: Conversation) -> Sequence[Identity]:
        return identity.identify(conversation)

    def summarize(self, conversation: Conversation) -> Summary:
        return replace(summary.summarize(_read(conversation)), engine=self.engine)

    def extract(self, conversation: Conversation) -> Findings:
        return replace(findings.find(_read(conversation)), engine=self.engine)

    def probe(self) -> None:
        """Misconfigured when the weights cannot be read."""
        model.load()


@lru_cache(maxsize=1)
def _read(conversation: Conversation) -> Talk:
    """Summary and findings of one conversation share its sentences and scores."""
    return Talk(conversation)
