"""Language on this machine: see `provider` for what it does and `findings`, `summary` for how."""

from integrations.providers.language.local.provider import LocalLanguage

__all__ = ["LocalLanguage"]
