"""Language by asking a model in words: everything but the asking itself, which each vendor adds."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from integrations.contracts.language import Conversation, Findings, Identity, Summary
from integrations.errors import Rejected
from integrations.providers.language import answers, mapreduce, prompts
from integrations.providers.language.prompts import Request
from integrations.providers.language.transcript import Lines, numbered, tokens, windows

Result = TypeVar("Result")


class PromptedLanguage:
    """The language contract over one question and answer in JSON.

    A conversation within `budget` tokens is one call; a longer one is read in overlapping windows whose
    results are merged (findings by content, summaries by one more call). An answer of the wrong form
    gets one repair round, then the call is Rejected.
    """

    engine = ""
    budget = 200_000

    def ask(self, request: Request) -> str:
        """The model's answer. Raises Unavailable, Rejected, Misconfigured."""
        raise NotImplementedError("a vendor asks its model")

    def identify(self, conversation: Conversation) -> Sequence[Identity]:
        if not conversation.participants:
            return ()
        lines = numbered(conversation.lines)
        known = Lines(lines)
        claims: list[Identity] = []
        for window in windows(lines, self.budget):
            request = prompts.identities(conversation, window)
            claims += self._read(request, lambda a: answers.read_identities(a, known, conversation))
        return mapreduce.settled(claims)

    def summarize(self, conversation: Conversation) -> Summary:
        lines = numbered(conversation.lines)
        if not lines:
            return Summary(text="", bullets=(), engine=self.engine)
        known = Lines(lines)

        def read(answer: str) -> Summary:
            return answers.read_summary(answer, known)

        parts = [self._read(prompts.summary(conversation, w), read) for w in windows(lines, self.budget)]
        while len(parts) > 1:
            groups = self._grouped(parts, known)
            parts = [self._read(prompts.combined(conversation, group, known), read) for group in groups]
        return Summary(parts[0].text, mapreduce.distinct(parts[0].bullets), engine=self.engine)

    def extract(self, conversation: Conversation) -> Findings:
        lines = numbered(conversation.lines)
        known = Lines(lines)
        parts = [
            self._read(
                prompts.findings(conversation, window),
                lambda answer: answers.read_findings(answer, known, conversation),
            )
            for window in windows(lines, self.budget)
        ]
        found = mapreduce.merged(parts)
        return Findings(
            found.decisions, found.action_items, found.open_questions, found.key_points, engine=self.engine
        )

    def _read(self, request: Request, read: Callable[[str], Result]) -> Result:
        answer = self.ask(request)
        try:
            return read(answer)
        except answers.Malformed as problem:
            answer = self.ask(prompts.repaired(request, answer, str(problem)))
        try:
            return read(answer)
        except answers.Malformed as problem:
            raise Rejected(
                f"{self.engine} answered twice in a form that cannot be used: {problem}"
            ) from problem

    def _grouped(self, parts: Sequence[Summary], known: Lines) -> list[list[Summary]]:
        """Neighbours that fit into one call together; at least two, so that each round gets nearer."""
        groups: list[list[Summary]] = [[]]
        used = 0
        for part in parts:
            size = tokens(prompts.part_text(1, part, known))
            if len(groups[-1]) >= 2 and used + size > self.budget:
                groups.append([])
                used = 0
            groups[-1].append(part)
            used += size
        if len(groups) > 1 and len(groups[-1]) == 1:
            groups[-2] += groups.pop()
        return groups
