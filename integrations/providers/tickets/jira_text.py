"""Plain text as Jira's two APIs want it: Atlassian Document Format (Cloud), wiki text (Server)."""

import re
from typing import Any

URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")
WIKI = re.compile(r"([{\[!])")
"""What starts a macro, a link or mention, an image from elsewhere."""


def document(text: str) -> dict[str, Any]:
    """A paragraph for each block of lines; addresses become links."""
    blocks = [block.strip("\n") for block in re.split(r"\n\s*\n", _printable(text))]
    return {"version": 1, "type": "doc", "content": [_paragraph(block) for block in blocks if block.strip()]}


def _paragraph(block: str) -> dict[str, Any]:
    nodes: list[dict[str, Any]] = []
    for number, line in enumerate(block.split("\n")):
        if number:
            nodes.append({"type": "hardBreak"})
        nodes += _line(line)
    return {"type": "paragraph", "content": nodes}


def _line(line: str) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = []
    end = 0
    for found in URL.finditer(line):
        nodes += _words(line[end : found.start()])
        link = {"type": "link", "attrs": {"href": found.group()}}
        nodes.append({"type": "text", "text": found.group(), "marks": [link]})
        end = found.end()
    return nodes + _words(line[end:])


def _words(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text}] if text else []


def wiki(text: str) -> str:
    """The text with what would call a macro, mention somebody or load an image made harmless."""
    return WIKI.sub(r"\\\1", _printable(text))


def _printable(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each if each.isprintable() or each == "\n" else " " for each in lines)
