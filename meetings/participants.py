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
        name, email = str(said.get("name") or "").strip(), str(said.get("email") or "").strip()
    elif isinstance(said, str):
        name, email = _named(said.strip())
    else:
        name = email = ""
    if (email and "@" not in email) or not (name or email):
        raise Invalid(fields={"participants": ["a participant is a name, 'Name <mail>' or {name, email}"]})
    return {"name": (name or email.partition("@")[0])[:200], "email": email[:254]}


def _named(text: str) -> tuple[str, str]:
    if "@" not in text:
        return text, ""
    name, email = parseaddr(text)
    return name.strip(), email
