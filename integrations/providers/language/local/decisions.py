"""Decisions: what the group settles, said outright, agreed to, or stated in the breath after "let's decide that".

A proposal counts only when somebody else agrees; a refusal or a hypothesis undoes it.
"""
# ruff: noqa: E501 (tables of patterns read better unbroken)

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from integrations.contracts.language import Finding
from integrations.providers.language.local import cleaning, coreference, dialogue
from integrations.providers.language.local import words as vocabulary
from integrations.providers.language.local.statements import Statement
from integrations.providers.language.local.talk import Talk

THRESHOLD = 0.5
_AGREED, _ANNOUNCED, _CONCLUDED, _TRAINED = 0.25, 0.3, 0.1, 0.06
_I = re.IGNORECASE
_GOING = r"(?:going\s+to|gonna)"
_EARLIER = r"(?:\s+(?:last|this)\s+\w+|\s+yesterday|\s+today|\s+earlier|\s+before)?"
_ADVERB = r"(?:(?:just|also|then|definitely|all|now|therefore|simply|instead|rather)\s+)*"
_RULES = tuple(
    (base, re.compile(pattern, _I | re.DOTALL), rewritten)
    for base, pattern, rewritten in (
        (0.85, r"^(?:so\s+)?we(?:['’]ve| have)?\s+(?:all\s+|just\s+|now\s+)*(?:decided|agreed|chosen|resolved)\s+(?:to|on)\s+(?P<rest>(?!not\b|do\b)\w+ing\b.+)$", "We decided on {rest}"),
        (0.85, r"^(?:so\s+)?we(?:['’]ve| have)?\s+(?:all\s+|just\s+|now\s+)*(?:decided|agreed|chosen|resolved)\s+to\s+(?P<rest>\w.+)$", "We will {rest}"),
        (0.85, r"^(?:so\s+)?we(?:['’]ve| have)?\s+(?:all\s+|just\s+|now\s+)*(?:decided|agreed|settled|chosen)\s+on\s+(?P<rest>.+)$", "We decided on {rest}"),
        (0.85, rf"^(?:so\s+)?(?:we(?:['’]ve| have|['’]re| are)?\s+(?:all\s+|just\s+|now\s+)*(?:decided|agreed){_EARLIER}|it['’]?s\s+(?:decided|agreed|settled)|that['’]?s\s+(?:decided|agreed|settled)"
               r"|agreed)(?:\s+that\s+|\s*[:,–—-]\s*)(?P<rest>\w.+)$", "{rest}"),
        (0.85, r"^(?:so\s+)?(?:the|my|our)\s+(?:final\s+)?decision\s+is\s*(?:that|:|,)?\s+(?P<rest>(?!to\b|pending|open)\w.+)$", "{rest}"),
        (0.85, r"^(?:so\s+)?(?:the|my|our)\s+(?:final\s+)?decision\s+is\s+to\s+(?P<rest>\w.+)$", "We will {rest}"),
        (0.75, rf"^(?:so\s+)?we(?:['’]re|\s+are)\s+{_ADVERB}going\s+(?P<rest>(?:with|for|ahead with)\s+.+)$", "We are going {rest}"),
        (0.7, rf"^(?:so\s+)?let['’]s\s+{_ADVERB}(?P<rest>(?:go\s+(?:with|for|ahead with)|stick\s+(?:with|to)|settle\s+on|keep|drop|use|take|choose|pick|cancel|postpone|skip|leave|stay with"
              r"|scrap|switch|limit|make)\s+.+)$", "We will {rest}"),
        (0.45, rf"^(?:so\s+)?let['’]s\s+(?P<rest>not\s+{_ADVERB}\w.+)$", "We will {rest}"),
        (0.4, rf"^(?:so\s+)?let['’]s\s+{_ADVERB}(?P<rest>\w.+)$", "We will {rest}"),
        (0.7, r"^(?P<rest>(?!(?:i|you|we|for|so|what|how|that|whatever|as|if|like)\b)(?:[\w'’-]+\s+){0,3}[\w'’-]+)\s+it\s+is(?:\s+then)?\W*$", "We will go with {rest}"),
        (0.6, r"^(?:so\s+)?from\s+now\s+on,?\s+(?P<rest>\w.+)$", "From now on {rest}"),
        (0.6, r"^(?P<rest>.+\b(?:is|are)\s+(?:now\s+)?(?:approved|cancelled|canceled|postponed|off the table|settled|confirmed|decided|rejected|accepted)\b.*)$", "{rest}"),
        (0.45, rf"^(?:so\s+)?(?P<rest>we(?:['’]ll|\s+will|\s+shall|['’]re\s+{_GOING}|\s+are\s+{_GOING})\s+.+)$", "{rest}"),
        (0.5, r"^(?:so\s+)?(?P<rest>we(?:\s+will\s+not|\s+won['’]t|['’]re\s+not\s+(?:going|doing|using|taking|buying)|\s+are\s+not\s+going)\s+.+)$", "{rest}"),
        (0.3, rf"^(?:i(?:['’]d)?\s+(?:suggest|propose|recommend)(?:\s+that)?|why\s+don['’]t|shall|should|can|could|what\s+if|how\s+about)\s+we\s+{_ADVERB}(?P<rest>\w.+?)\??$", "We will {rest}"),
        (0.3, rf"^we\s+(?:should|could|can)\s+{_ADVERB}(?P<rest>\w.+)$", "We will {rest}"),
        (0.3, r"^(?:so\s+)?i(?:['’]d|\s+would)\s+(?P<rest>(?:drop|keep|use|take|choose|go with|go for|pick|cancel|postpone|skip)\s+.+)$", "We will {rest}"),
    )
)  # fmt: skip
_PROPOSAL = 0.3
_LIKELY = 0.5
"""A logit of the trained model from which on a mere "yeah" decides a proposal."""
_PROPOSAL_REACH, _ADOPTED = 6, 0.7
_CUE = re.compile(
    r"\b(?:let's (?:\w+ )?(?:decide|agree on|settle|do) (?:that|this|it|on that|like that)\b|(?:so|then|okay|ok)?,? ?we(?:'ve| have|'re| are)? (?:all )?agreed\W*$"
    r"|that's (?:decided|settled|agreed)\W*$|it's (?:decided|settled)\W*$|(?:so|here is) (?:the|our) decision\W*$|decision made)",
    _I,
)
_HOUSEKEEPING = re.compile(
    r"\b(?:let's|we(?:'ll| will|'re going to| are going to| should| could| can)|shall we|why don't we|how about we)\s+(?:just\s+|also\s+|then\s+|all\s+|quickly\s+|maybe\s+|now\s+|first\s+)*"
    r"(?:go (?:through|over|around|on|back|to)\b|start\b|begin|continue|move|see\b|talk|discuss|look\b|wait|find out|figure|think|decide|agree|settle|get (?:started|going|back|into|to)|take (?:a|five|ten|it from|a look)"
    r"|have a (?:look|break|think)|break|stop|wrap|finish up|come (?:back|to)|say|assume|imagine|pretend|hope|hear|listen|turn|return|recap|summari[sz]e|be\b|need|have to|run through|cover|do (?:that|this|it)\b"
    r"|call it a day|leave it (?:there|at that)|check|ask|try to|face it|put it (?:this|that) way|take that|take (?:it|this|that) offline|park|sleep on|revisit|keep (?:going|moving|it (?:short|brief))"
    r"|go for (?:some |a )?(?:lunch|coffee|drink|break|walk)|(?:have|get|grab) (?:some |a )?(?:lunch|coffee|drink|break|look|chat)|hold (?:off|on)|use (?:the time|this)|know|probably|never know|get it over|make (?:sure|a start)|give|not (?:forget|go there|get|worry|rush|talk|discuss|jump|kid|panic)|meet up|worry|survive|manage|miss|end up|lose|all die)",
    _I,
)
_DO_SO = re.compile(
    r"^(?:let's|we'll|we will|we're going to|yes,? let's)\s+(?:just\s+)?(?:do|take|try)\s+(?:it|that|this|so)(?:\s+(?:that way|like that|then|this way))*\W*$",
    _I,
)
"""Points back at a proposal."""
_SOME_DAY = re.compile(r"\b(?:some ?day|some ?time|one day|eventually)\b", _I)
_SIGN = re.compile(
    r"\b(?:let['’]s|we(?:['’](?:ll|re|ve))\b|we\s+(?:\w+\s+)?(?:will|won['’]t|shall|should|could|can|are|have|decided|agreed|chose|settled)|agreed|decided"
    r"|decision|settled|it is|from now on|approved|cancell?ed|postponed|off the table|confirmed|rejected|accepted|(?:suggest|propose|recommend|don['’]t|if|about) we"
    r"|(?:shall|should|can|could) we|i (?:suggest|propose|recommend)|i['’]d|i would)\b",
    _I,
)
"""No rule matches without one of these: most sentences need not be looked at closely."""
_HEDGED = re.compile(r"\b(?:might|may|maybe|perhaps|probably|possibly|i don't know|i'm not sure|not sure|or something|would be nice)\b", _I)  # fmt: skip
_UNDECIDED = re.compile(r"\b(?:have not|haven't|has not|hasn't|didn't|did not|not yet|once|until|before|after|when|if)\s+(?:\w+\s+)?(?:we\s+)?(?:have\s+)?(?:\w+\s+)?(?:decided?|agreed?|chosen?)\b", _I)  # fmt: skip
_MAXIMUM_WORDS = 32
_SAME_DECISION = 0.6


@dataclass(frozen=True)
class Candidate:
    sentences: tuple[int, ...]
    """The first one states the decision."""
    text: str
    base: float
    confidence: float


def find(talk: Talk) -> list[Finding]:
    """The decisions of a conversation, in order, each once."""
    found: list[Candidate] = []
    for i in range(len(talk.sentences)):
        if _DO_SO.match(dialogue.bare(talk.sentences[i].text).replace("’", "'")):
            _adopt(found, i)
        found += _candidates(talk, i)
    kept = _distinct([candidate for candidate in found if candidate.confidence >= THRESHOLD])
    return [Finding(one.text, talk.evidence(one.sentences, one.confidence)) for one in kept]


def _adopt(found: list[Candidate], i: int) -> None:
    """ "Okay, we'll do that": the latest proposal of the last few sentences is decided."""
    if found and i - found[-1].sentences[0] <= _PROPOSAL_REACH:
        adopted = tuple(dict.fromkeys((*found[-1].sentences, i)))
        found[-1] = replace(found[-1], sentences=adopted, confidence=max(found[-1].confidence, _ADOPTED))


def _candidates(talk: Talk, i: int) -> list[Candidate]:
    sentence = talk.sentences[i]
    if (
        sentence.words > 2 * _MAXIMUM_WORDS
        or _UNDECIDED.search(sentence.text)
        or dialogue.leaves_open(sentence.text)
    ):
        return []
    if dialogue.jokes(sentence.text) or _SOME_DAY.search(sentence.text):
        return []
    announced = _announced(talk, i)
    if not announced and not _SIGN.search(sentence.text):
        return []
    found: list[Candidate] = []
    for statement in talk.statements(i):
        if _CUE.fullmatch(statement.text.replace("’", "'")):
            announced = True
            continue
        read = _read(statement, is_open=announced or bool(found))
        if read and not (statement.text.rstrip().endswith("?") and read[0] > _PROPOSAL):
            found += _judged(talk, i, *read, announced=announced)
    return found


def _announced(talk: Talk, i: int) -> bool:
    """Whether the sentence before, in the same turn, says that this is decided, or the next asks all to agree."""
    before = talk.sentences[i - 1] if i else None
    if before and before.turn == talk.sentences[i].turn and _CUE.search(before.text.replace("’", "'")):
        return True
    return any(dialogue.asks_everybody(talk.sentences[j].text) for j in talk.rest_of_turn(i)[:1])


def _read(statement: Statement, *, is_open: bool) -> tuple[float, str] | None:
    """How much a statement is a decision by its form, and its wording; `is_open`: decisions are being named."""
    text = statement.text.strip().rstrip(" ,;")
    plain = text.replace("’", "'")
    if statement.conditional or _HOUSEKEEPING.match(plain):
        return None
    for base, pattern, rewritten in _RULES:
        match = pattern.match(text)
        if match:
            base -= 0.2 * bool(_HEDGED.search(plain))
            return base, rewritten.format(rest=match["rest"].strip())
    states = re.match(r"(?!i\b|you\b|it'?s?\b|that'?s?\b|what|who|how|there)", plain, _I)
    return (0.3, text) if is_open and states and not text.endswith("?") else None


def _judged(talk: Talk, i: int, base: float, text: str, *, announced: bool) -> list[Candidate]:
    cleaned = re.sub(r"(?<!\buntil)(?<!\bby)(?<!\bsince),? then(?=[.!?]*$)", "", cleaning.clean(text))
    cleaned = re.sub(r"(?<=We will go with )(The|A|An)\b", lambda m: m[1].lower(), cleaned)
    if not 3 <= len(cleaned.split()) <= _MAXIMUM_WORDS or not _is_telling(cleaned):
        return []
    agreed = _agreement(talk, i)
    if agreed is not None and agreed < 0:
        return []
    logit = float(talk.scores.logits["decisions"][i])
    if (
        base <= _PROPOSAL
        and agreed is not None
        and logit < _LIKELY
        and not dialogue.endorses(talk.sentences[agreed].text)
    ):
        agreed = None
    value = base + _ANNOUNCED * announced + _AGREED * (agreed is not None)
    value += _CONCLUDED * bool(
        re.match(r"\W*(?:ok(?:ay)?|so|then|right|all right|good|fine)\b", talk.sentences[i].text, _I)
    )
    value += _TRAINED * max(-1.0, min(1.0, logit / 2))
    support = (i,) if agreed is None else (i, agreed)
    cleaned = coreference.resolved(talk, i, cleaned)
    return [Candidate(support, cleaned.removesuffix("?").rstrip(".") + ".", base, min(value, 0.99))]


def _agreement(talk: Talk, i: int) -> int | None:
    """The sentence by which somebody else agrees, -1 when they refuse, None when neither."""
    if sum(talk.sentences[j].words for j in talk.rest_of_turn(i)) > _MAXIMUM_WORDS:
        return None
    for j in talk.turn_after(i)[:1]:
        text = talk.sentences[j].text
        if dialogue.refuses(text):
            return -1
        if dialogue.agrees(text):
            return j
    return None


def _is_telling(text: str) -> bool:
    return bool(vocabulary.content(text)) or len(vocabulary.tokens(text)) > 6


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Of those that say the same, the more certain one; the later one where they are alike."""
    kept: list[Candidate] = []
    for new in candidates:
        twin = next((k for k, old in enumerate(kept) if _is_same(old, new)), None)
        if twin is None:
            kept.append(new)
            continue
        old = kept.pop(twin)
        main, other = (old, new) if old.base > new.base else (new, old)
        kept.append(replace(main, sentences=tuple(dict.fromkeys((*main.sentences, *other.sentences)))))
    return sorted(kept, key=lambda candidate: candidate.sentences[0])


def _is_same(one: Candidate, other: Candidate) -> bool:
    left, right = set(vocabulary.gist(one.text)), set(vocabulary.gist(other.text))
    apart = one.sentences[0] != other.sentences[0]
    if vocabulary.content(other.text) and other.text.startswith("We will go with"):
        return apart and set(vocabulary.content(other.text)) <= set(vocabulary.content(one.text))
    return apart and min(len(left), len(right)) > 1 and vocabulary.overlap(left, right) >= _SAME_DECISION
