"""One conversation, read once: its sentences, people and scores, shared by all that look for findings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from integrations.contracts.language import Conversation, Evidence
from integrations.providers.language.local import scoring, sentences, statements
from integrations.providers.language.local import words as vocabulary
from integrations.providers.language.local.names import Roster
from integrations.providers.language.local.sentences import Sentence
from integrations.providers.language.local.statements import Statement

_REPLY_REACH = 12
_ENGLISH = 0.4


@dataclass(frozen=True)
class Talk:
    conversation: Conversation

    @cached_property
    def sentences(self) -> list[Sentence]:
        return sentences.split(self.conversation.lines)

    @cached_property
    def scores(self) -> scoring.Scores:
        return scoring.score(self.sentences)

    @cached_property
    def english(self) -> bool:
        """Whether enough of the words are English grammar; a recogniser may guess the language wrong."""
        language = self.conversation.language.lower()
        spoken = [word for sentence in self.sentences for word in vocabulary.tokens(sentence.text)]
        known = sum(word in vocabulary.KEPT or word in vocabulary.FILLERS for word in spoken)
        return language[:2] in ("en", "") and known >= _ENGLISH * len(spoken)

    @cached_property
    def roster(self) -> Roster:
        people = [person.name for person in self.conversation.participants]
        return Roster([*people, *dict.fromkeys(line.speaker for line in self.conversation.lines)])

    @cached_property
    def turns(self) -> dict[int, list[int]]:
        """The sentences of each turn, by index."""
        found: dict[int, list[int]] = {}
        for i, sentence in enumerate(self.sentences):
            found.setdefault(sentence.turn, []).append(i)
        return found

    @cached_property
    def _statements(self) -> dict[int, list[Statement]]:
        return {}

    def statements(self, i: int) -> list[Statement]:
        """The statements of sentence i, split once."""
        if i not in self._statements:
            self._statements[i] = statements.split(self.sentences[i].text, self.roster)
        return self._statements[i]

    @cached_property
    def _first_names(self) -> frozenset[str]:
        people = [person.name for person in self.conversation.participants]
        speakers = {line.speaker for line in self.conversation.lines}
        return frozenset(name[:3].lower() for full in (*people, *speakers) for name in full.split()[:1])

    def names_somebody(self, text: str) -> bool:
        """Whether a word begins like somebody's first name: a cheap test before the thorough one."""
        return any(word[:3].lower() in self._first_names for word in text.split() if word[0].isupper())

    def said_at(self, i: int) -> datetime:
        return self.conversation.started_at + timedelta(seconds=self.sentences[i].start)

    def turn_after(self, i: int, count: int = 1) -> list[int]:
        """The sentences of the `count`-th turn after that of sentence i; empty at the end."""
        return self.turns.get(self.sentences[i].turn + count, [])

    def rest_of_turn(self, i: int) -> list[int]:
        return [j for j in self.turns[self.sentences[i].turn] if j > i]

    def following(self, i: int, reach: int = _REPLY_REACH) -> Iterator[int]:
        yield from range(i + 1, min(len(self.sentences), i + 1 + reach))

    def evidence(self, indices: Sequence[int], confidence: float) -> Evidence:
        """Of the sentences `indices`; the first one is quoted."""
        found = [self.sentences[i] for i in indices]
        lines = self.conversation.lines
        return Evidence(
            line_ids=tuple(dict.fromkeys(lines[k].id for sentence in found for k in sentence.lines)),
            quote=found[0].text,
            start=min(sentence.start for sentence in found),
            end=max(sentence.end for sentence in found),
            confidence=round(min(max(confidence, 0.0), 0.99), 2),
        )
