"""Comparing an answer with an example of the documents: every printed key, with its JSON type and format."""

import re
from typing import Any

_FORMATS = {
    "uuid": re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}"),
    "jwt": re.compile(r"[\w-]+\.[\w-]+\.[\w-]+"),
    "time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "clock": re.compile(r"\d+:\d\d(:\d\d)?"),
}


def differences(example: Any, answer: Any, at: str = "$") -> list[str]:
    """What of `example` is missing in `answer` or has another type; extra keys are allowed."""
    if isinstance(example, dict):
        if not isinstance(answer, dict):
            return [f"{at}: expected an object, got {answer!r}"]
        missing = [f"{at}.{key}: missing" for key in example if key not in answer]
        inner = (differences(example[key], answer[key], f"{at}.{key}") for key in example if key in answer)
        return missing + [found for each in inner for found in each]
    if isinstance(example, list):
        if not isinstance(answer, list):
            return [f"{at}: expected a list, got {answer!r}"]
        return [
            found
            for number, item in enumerate(answer)
            for found in differences(example[0], item, f"{at}[{number}]")
            if example
        ]
    return _different_leaf(example, answer, at)


def _different_leaf(example: Any, answer: Any, at: str) -> list[str]:
    if isinstance(example, str) and isinstance(answer, str):
        pattern = _format_of(example)
        fits = pattern is None or pattern.fullmatch(answer)
        return [] if fits else [f"{at}: {answer!r} has not the form of {example!r}"]
    if isinstance(example, bool) or isinstance(answer, bool):
        same = isinstance(example, bool) and isinstance(answer, bool)
    elif isinstance(example, int | float):
        same = isinstance(answer, int | float)
    else:
        same = type(example) is type(answer)
    return [] if same else [f"{at}: {answer!r} has not the type of {example!r}"]


def _format_of(example: str) -> re.Pattern | None:
    if example in _FORMATS:
        return _FORMATS[example]
    if example.startswith("eyJ"):
        return _FORMATS["jwt"]
    return next((form for name, form in _FORMATS.items() if name != "jwt" and form.fullmatch(example)), None)
