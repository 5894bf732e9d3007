"""Which vendors a person can connect, what each serves, and which of the server's settings it gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_GOOGLE = "https://www.googleapis.com/auth"


@dataclass(frozen=True)
class Vendor:
    title: str
    serves: Mapping[str, str]
    """Kinds of effects, and the provider that serves each with such an account."""
    consents: bool = False
    """Whether a person consents at the vendor; else they paste credentials."""
    personal: frozenset[str] = frozenset()
    """Options that only the connection gives: the server's own never go to a person's address."""
    typed_in: bool = False
    """Whether the address that is called may be one that a person typed in."""
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Kinds that are served only where one of these scopes was granted."""


VENDORS: Mapping[str, Vendor] = {
    "google": Vendor(
        "Google",
        {"calendars": "google", "documents": "google"},
        consents=True,
        needs={
            "calendars": [f"{_GOOGLE}/calendar", f"{_GOOGLE}/calendar.events"],
            "documents": [f"{_GOOGLE}/drive", f"{_GOOGLE}/drive.file"],
        },
    ),
    "microsoft": Vendor("Microsoft", {"calendars": "microsoft"}, consents=True),
    "atlassian": Vendor(
        "Atlassian",
        {"tickets": "jira"},
        consents=True,
        personal=frozenset({"base_url", "email", "deployment", "cloud_id", "site_url"}),
    ),
    "jira": Vendor(
        "Jira",
        {"tickets": "jira"},
        personal=frozenset({"base_url", "email", "deployment", "cloud_id", "site_url"}),
        typed_in=True,
    ),
    "asana": Vendor("Asana", {"tickets": "asana"}, consents=True),
    "slack": Vendor("Slack", {"chat": "slack"}, personal=frozenset({"channel"}), typed_in=True),
}


def kinds_of(vendor: str, scopes: Sequence[str]) -> list[str]:
    """What an account with these scopes serves; a vendor that grants all or nothing names none."""
    known = VENDORS[vendor]
    granted = set(scopes)
    return [kind for kind in known.serves if kind not in known.needs or granted & set(known.needs[kind])]
