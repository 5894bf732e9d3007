"""Whose is it? The owners of AMI dev's gold actions: `python -m benchmarks.assignees`.

Judged are the actions whose text names a role of the meeting, or the group, and which the annotators linked
to lines; precision counts the answers that are right, coverage the actions that get an answer.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from benchmarks.ami_text import Meeting, meetings
from integrations.contracts.language import Line
from integrations.providers.language.local.assignees import EVERYONE, assign, strongest

ROLES = {
    "Project Manager": r"project manager|\bpm\b",
    "Marketing Expert": r"market",
    "Industrial Designer": r"industrial|\bid\b",
    "User Interface Designer": r"interface|\bui\b",
}
GROUP = r"group|team|everyone|all|members|participants|they"
SPOKEN = (
    (
        r"\bu_? ?i_? ?(?:d_?)?(?!\w)|\b(?:user )?interface (?:designer|specialist|person)",
        "User Interface Designer",
    ),
    (r"\bi_d_(?!\w)|\bindustrial (?:design\b|specialist)", "Industrial Designer"),
    (r"\bp_m_(?!\w)", "Project Manager"),
    (r"\bmarketing (?:person|specialist|guy|manager)\b", "Marketing Expert"),
)
"""How people call the roles, which are the only names that AMI's participants have."""


class Assigned(NamedTuple):
    right: int = 0
    wrong: int = 0
    silent: int = 0
    speaker: int = 0
    """How often whoever spoke would have been right."""

    @property
    def total(self) -> int:
        return self.right + self.wrong + self.silent

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def coverage(self) -> float:
        return (self.right + self.wrong) / max(1, self.total)


def main() -> None:
    found = judge(list(meetings("dev")))
    print(
        f"owners of {found.total} gold actions: precision {found.precision:.2f}, "
        f"coverage {found.coverage:.2f} (whoever spoke: {found.speaker / max(1, found.total):.2f})"
    )


def judge(corpus: Sequence[Meeting]) -> Assigned:
    counts = [0, 0, 0, 0]
    for meeting in corpus:
        lines = [replace(line, text=_written_out(line.text)) for line in meeting.conversation.lines]
        index = {line.id: i for i, line in enumerate(lines)}
        for item in meeting.items["actions"]:
            owners, linked = _owners(item.text), sorted(index[i] for i in item.lines if i in index)
            if owners and linked:
                answer = _answer(meeting, lines, linked)
                counts[2 if answer is None else int(answer not in owners)] += 1
                counts[3] += lines[linked[0]].speaker in owners
    return Assigned(*counts)


def _answer(meeting: Meeting, lines: Sequence[Line], linked: Sequence[int]) -> str | None:
    people = meeting.conversation.participants
    return strongest([assign(lines, i, lines[i].text, participants=people) for i in linked]).name


def _written_out(text: str) -> str:
    for pattern, role in SPOKEN:
        text = re.sub(pattern, role, text, flags=re.IGNORECASE)
    return text


def _owners(text: str) -> set[str]:
    named = {role for role, pattern in ROLES.items() if re.search(pattern, text, re.IGNORECASE)}
    return named or ({EVERYONE} if re.search(GROUP, text, re.IGNORECASE) else set())


if __name__ == "__main__":
    main()
