"""How well tasks, decisions and problems are found on AMI dev: `python -m benchmarks.findings`.

A found item counts within 15 s of a line that the annotators linked to a gold item. `top K` are the
best-ranked sentences (6 decisions, 4 actions, 5 problems), `shipped` what the product would print.
"Assignees" judges the owner of gold actions that name a role, "speaker" is whoever spoke.
"""

import re
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.ami_text import KINDS, Meeting, meetings
from integrations.providers.language.local import assignees, scoring, sentences
from integrations.providers.language.local.provider import LocalLanguage

WINDOW = 15.0
TOP = {"decisions": 6, "actions": 4, "problems": 5}
ROLES = {
    "Project Manager": r"project manager|\bpm\b",
    "Marketing Expert": r"market",
    "Industrial Designer": r"industrial|\bid\b",
    "User Interface Designer": r"interface|\bui\b",
}
GROUP = r"group|team|everyone|all|members|participants|they"
Picker = Callable[[Meeting, str], Sequence[float]]


def main() -> None:
    corpus = list(meetings("dev"))
    shipped = {m.name: LocalLanguage().extract(m.conversation) for m in corpus}
    fields = {"decisions": "decisions", "actions": "action_items", "problems": "open_questions"}

    def printed(meeting: Meeting, kind: str) -> Sequence[float]:
        return [item.evidence.start for item in getattr(shipped[meeting.name], fields[kind])]

    print("AMI dev, window 15 s       precision recall    F  items/meeting")
    for kind in KINDS:
        rows = (("random", _random), (f"top {TOP[kind]}", _top), ("shipped", printed))
        for name, picker in rows:
            p, r, f, n = _judge(corpus, kind, picker)
            print(f"{kind:10s} {name:10s} {p:13.2f} {r:6.2f} {f:6.3f} {n:6.1f}")
    _print_assignees(corpus)


def _judge(corpus: Sequence[Meeting], kind: str, picker: Picker) -> tuple[float, float, float, float]:
    hits: list[bool] = []
    covered: list[bool] = []
    for meeting in corpus:
        starts = {line.id: line.start for line in meeting.conversation.lines}
        gold = [[starts[i] for i in item.lines if i in starts] for item in meeting.items[kind]]
        gold = [times for times in gold if times]
        found = picker(meeting, kind)
        hits += [any(abs(at - time) <= WINDOW for times in gold for time in times) for at in found]
        covered += [any(abs(at - time) <= WINDOW for at in found for time in times) for times in gold]
    precision, recall = sum(hits) / max(1, len(hits)), sum(covered) / max(1, len(covered))
    return precision, recall, 2 * precision * recall / (precision + recall + 1e-9), len(hits) / len(corpus)


def _top(meeting: Meeting, kind: str) -> Sequence[float]:
    found = sentences.split(meeting.conversation.lines)
    return _spaced(found, scoring.score(found).ranks[kind], TOP[kind])


def _random(meeting: Meeting, kind: str) -> Sequence[float]:
    found = sentences.split(meeting.conversation.lines)
    ranks = np.random.default_rng(sum(meeting.name.encode())).random(len(found))
    return _spaced(found, ranks, TOP[kind])


def _spaced(found: Sequence[sentences.Sentence], ranks: np.ndarray, count: int) -> list[float]:
    chosen: list[float] = []
    for i in np.argsort(-ranks):
        if found[i].words >= 5 and all(abs(found[i].start - at) > WINDOW for at in chosen):
            chosen.append(found[i].start)
        if len(chosen) == count:
            break
    return chosen


def _print_assignees(corpus: Sequence[Meeting]) -> None:
    right = wrong = silent = speaker = 0
    for meeting in corpus:
        lines = meeting.conversation.lines
        index = {line.id: i for i, line in enumerate(lines)}
        for item in meeting.items["actions"]:
            owners, linked = _owners(item.text), sorted(index[i] for i in item.lines if i in index)
            if not owners or not linked:
                continue
            named = _assigned(meeting, linked)
            right += bool(named) and bool(named & owners)
            wrong += bool(named) and not named & owners
            silent += not named
            speaker += lines[linked[0]].speaker in owners
    total = right + wrong + silent
    print(
        f"assignees of {total} gold actions: precision {right / max(1, right + wrong):.2f}, "
        f"coverage {(right + wrong) / max(1, total):.2f} (speaker: {speaker / max(1, total):.2f})"
    )


def _assigned(meeting: Meeting, linked: Sequence[int]) -> set[str]:
    lines, people = meeting.conversation.lines, meeting.conversation.participants
    for i in linked:
        found = assignees.assign(lines, i, lines[i].text, participants=people)
        if found.name:
            return {"everyone"} if found.kind == "group" else {found.name}
    return set()


def _owners(text: str) -> set[str]:
    named = {role for role, pattern in ROLES.items() if re.search(pattern, text, re.IGNORECASE)}
    return named or ({"everyone"} if re.search(GROUP, text, re.IGNORECASE) else set())


if __name__ == "__main__":
    main()
