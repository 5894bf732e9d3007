"""The part of Django's template language in which staff write mails: it reads no file, no setting and no row.

Values are put in and escaped; there are conditions and loops, and nothing that includes, loads, marks a value
as safe or makes much out of little. Django loads this module as the engine's only built-ins.
"""

from typing import Any, ClassVar

from django.template import Context, Engine, Library, TemplateSyntaxError, defaultfilters, defaulttags
from django.template.base import Lexer, Template, TokenType

TAGS = ("comment", "firstof", "for", "if", "spaceless", "with")
FILTERS = (
    "capfirst", "date", "default", "default_if_none", "escape", "first", "last", "length", "linebreaks",
    "linebreaksbr", "lower", "pluralize", "striptags", "title", "truncatechars", "truncatewords", "upper",
    "urlencode", "yesno",
)  # fmt: skip
"""None that pads, repeats or joins: one of those in a row of itself makes gigabytes of a name."""
DEEPEST = 2
"""Loops inside one another: tickets of tasks. More would only serve to make a mail without end."""

register = Library()
for _name in TAGS:
    register.tags[_name] = defaulttags.register.tags[_name]
for _name in FILTERS:
    register.filters[_name] = defaultfilters.register.filters[_name]


class _Mails(Engine):
    default_builtins: ClassVar[list[str]] = ["notifications.markup"]


def _engine(*, autoescape: bool) -> Engine:
    loaders = [("django.template.loaders.locmem.Loader", {})]
    return _Mails(loaders=loaders, autoescape=autoescape, string_if_invalid="", debug=False)


_PLAIN, _HTML = _engine(autoescape=False), _engine(autoescape=True)


class NotMarkup(ValueError):
    """`str(error)` says what is wrong and in which line."""


def compiled(source: str, *, html: bool) -> Template:
    """Raises NotMarkup for what is no template, or more than a mail needs."""
    if _depth(source) > DEEPEST:
        raise NotMarkup(f"Loops may lie {DEEPEST} deep at most.")
    try:
        return Template(source, engine=_HTML if html else _PLAIN)
    except TemplateSyntaxError as error:
        token = getattr(error, "token", None)
        where = f"Line {token.lineno}: " if token and " line " not in str(error) else ""
        raise NotMarkup(f"{where}{error}") from error
    except RecursionError:
        raise NotMarkup("Too much lies inside one another.") from None


def rendered(source: str, facts: dict[str, Any], *, html: bool) -> str:
    """`source` with `facts`: text, numbers, dates, and lists and dicts of those. What is unknown is empty.

    Raises NotMarkup, and whatever a filter raises on a value that it cannot use.
    """
    mail = compiled(source, html=html).render(Context(facts, autoescape=html))
    return str.__str__(mail)  # Django calls it safe, which a page that shows it would believe


def _depth(source: str) -> int:
    """How deep loops lie, told before anything is parsed."""
    deepest = depth = 0
    for token in Lexer(source).tokenize():
        word = token.contents.split(maxsplit=1)[:1] if token.token_type == TokenType.BLOCK else []
        depth += (word == ["for"]) - (word == ["endfor"])
        deepest = max(deepest, depth)
    return deepest
