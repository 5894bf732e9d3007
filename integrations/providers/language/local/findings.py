"""Decisions, tasks, open questions and key points of one conversation, put together for `provider`."""

from integrations.contracts.language import Finding, Findings
from integrations.providers.language.local import actions, decisions, questions, salience
from integrations.providers.language.local.talk import Talk

_KEY_POINTS = 8
_WORDS_PER_POINT = 90


def find(talk: Talk) -> Findings:
    """All findings, each in the order in which it was said."""
    if not talk.sentences:
        return Findings()
    settled = decisions.find(talk)
    return Findings(
        decisions=tuple(settled),
        action_items=tuple(actions.find(talk)),
        open_questions=tuple(questions.find(talk, settled)),
        key_points=_key_points(talk),
    )


def _key_points(talk: Talk) -> tuple[Finding, ...]:
    spoken = sum(sentence.words for sentence in talk.sentences)
    count = max(1, min(_KEY_POINTS, round(spoken / _WORDS_PER_POINT)))
    chosen = salience.best_or_any(talk, count)
    return tuple(Finding(telling.text, salience.evidence(talk, (telling.index,))) for telling in chosen)
