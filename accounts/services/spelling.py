"""One spelling for an address and for a username, so that two that look alike are not two people.

Called wherever somebody types one: registering, logging in, asking for a new password.
"""

import re
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q

from accounts.errors import BadAddress, BadUsername
from accounts.models import User

_TOGETHER = (
    frozenset({"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA"}),
    frozenset({"CJK", "HANGUL"}),
)
"""Scripts that one word of Japanese or Korean mixes (UTS 39, 5.2)."""

LONGEST_ADDRESS, LONGEST_USERNAME = (User._meta.get_field(name).max_length for name in ("email", "username"))
"""A spelling may be longer than what was typed: `ü` takes four letters in DNS."""

_OF_ALL_SCRIPTS = frozenset({"COMBINING", "MODIFIER"})
_UNSEEN = re.compile(r"\b(FILLER|JOINER|SELECTOR|INHERENT)\b")
"""Letters and marks that Unicode names so are not drawn."""


def address(typed: str) -> str:
    """The address as it is stored and compared: small letters, the domain as DNS has it (RFC 5891).

    The part before the @ is ASCII: the Kelvin sign's `lower()` is `k`, and so another's mailbox
    (CVE-2019-19844). Raises BadAddress.
    """
    name, at, domain = typed.strip().rpartition("@")
    if not (name and at and name.isascii() and name.isprintable()):
        raise BadAddress
    try:
        spelled = f"{name}@{domain.encode('idna').decode('ascii')}".lower()
        validate_email(spelled)
    except (UnicodeError, ValidationError):
        raise BadAddress from None
    if len(spelled) > LONGEST_ADDRESS:
        raise BadAddress
    return spelled


def username(typed: str | None) -> str | None:
    """The username as it is stored: NFKC, nothing invisible, letters of one script; None for none.

    Raises BadUsername.
    """
    name = unicodedata.normalize("NFKC", typed or "").strip()
    if not name:
        return None
    others = [sign for sign in name if not sign.isascii()]
    if len(name) > LONGEST_USERNAME or not name.isprintable() or not all(map(_is_drawn_letter, others)):
        raise BadUsername
    scripts = {_script(sign) for sign in name if unicodedata.category(sign)[0] in "LM"} - _OF_ALL_SCRIPTS
    if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
        raise BadUsername
    return name


def same_username(name: str) -> Q:
    """Who has this username in any case of letters; SQLite by itself knows the case of ASCII only."""
    return Q(username__iexact=name) | Q(username__in={name.lower(), name.upper(), name.title()})


def is_allowed(email: str) -> bool:
    """Whether COMPANY_DOMAINS, where set, has the address's domain."""
    allowed = settings.COMPANY_DOMAINS
    return not allowed or email.rpartition("@")[2].lower() in allowed


def _is_drawn_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM" and not _UNSEEN.search(unicodedata.name(sign, ""))


def _script(sign: str) -> str:
    """The script of a letter: Unicode's names begin with it."""
    return re.split(r"[ -]", unicodedata.name(sign, ""), maxsplit=1)[0]
