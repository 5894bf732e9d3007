"""Language codes as speech providers take and give them."""

import re

from integrations.errors import Unsupported

CODE = re.compile(r"[a-z]{2}")
NAMES = {
    "arabic": "ar", "bengali": "bn", "bulgarian": "bg", "catalan": "ca", "chinese": "zh", "croatian": "hr",
    "czech": "cs", "danish": "da", "dutch": "nl", "english": "en", "estonian": "et", "finnish": "fi",
    "french": "fr", "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi", "hungarian": "hu",
    "indonesian": "id", "italian": "it", "japanese": "ja", "korean": "ko", "latvian": "lv",
    "lithuanian": "lt", "malay": "ms", "mandarin": "zh", "norwegian": "no", "persian": "fa", "polish": "pl",
    "portuguese": "pt", "romanian": "ro", "russian": "ru", "serbian": "sr", "slovak": "sk",
    "slovenian": "sl", "spanish": "es", "swahili": "sw", "swedish": "sv", "tamil": "ta", "thai": "th",
    "turkish": "tr", "ukrainian": "uk", "urdu": "ur", "vietnamese": "vi",
}  # fmt: skip
"""What Whisper-like services answer instead of a code."""


def asked(language: str | None) -> str | None:
    """The code that a caller asks for. Raises Unsupported where it is not ISO 639-1."""
    if language is not None and not CODE.fullmatch(language):
        raise Unsupported(f"{language!r} is not a language code of two letters.")
    return language


def told(language: object) -> str:
    """The ISO 639-1 code of what a vendor calls a language (`en`, `en-US`, `english`), or empty."""
    name = language.strip().lower() if isinstance(language, str) else ""
    code = re.split(r"[-_]", name)[0]
    return NAMES.get(name) or (code if CODE.fullmatch(code) else "")
