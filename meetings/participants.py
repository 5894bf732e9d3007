"""Who is expected in a meeting, in the three forms in which clients say it (README rule 9)."""

from collections.abc import Iterable
from email.utils import parseaddr

from core.errors import Invalid

MOST = 200


def parse(said: Iterable) -> list[dict[str, str]]:
    """Names, `"Name <mail>"` or `{name, email}` as `{"name", "email"}`; doubles are left out.

    Raises Invalid.
    """
    people: dict[tuple[str, str], dict[str, str]] = {}
    for each in said:
        person = _person(each)
        people.setdefault((person["name"].lower(), person["email"].lower()), person)
    if len(people) > MOST:
        raise Invalid(fields={"participants": [f"ensure there are at most {MOST} participants"]})
    return list(people.values())


def _person(said) -> dict[str, str]:
    if isinstance(said, dict):
        name, email = (said.get(key) or "" for key in ("name", "email"))
    else:
        name, email = _named(said) if isinstance(said, str) else ("", "")
    if not all(isinstance(part, str) and _is_text(part) for part in (name, email)):
        raise _refused()
    name, email = name.strip(), email.strip()
    if (email and "@" not in email) or not (name or email):
        raise _refused()
    return {"name": (name or email.partition("@")[0])[:200], "email": email[:254]}


def _refused() -> Invalid:
    return Invalid(fields={"participants": ["a participant is a name, 'Name <mail>' or {name, email}"]})


def _is_text(part: str) -> bool:
    """Without the null character and halves of surrogate pairs, which JSON has and databases have not."""
    return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in part)


def _named(text: str) -> tuple[str, str]:
    if "@" not in text:
        return text, ""
    name, email = parseaddr(text)
    return name.strip(), email
