"""Language by Gemini; chosen where GEMINI_KEY is set."""

from dataclasses import dataclass

from integrations.providers.gemini import Gemini, GeminiOptions
from integrations.providers.language.prompted import PromptedLanguage
from integrations.providers.language.prompts import Request


@dataclass(frozen=True)
class GeminiLanguageOptions(GeminiOptions):
    budget: int = 200_000
    """Tokens of transcript in one call; longer conversations are read in windows."""


class GeminiLanguage(PromptedLanguage):
    """Answers come by JSON Schema; `engine` is the model's name."""

    Options = GeminiLanguageOptions

    def __init__(self, options: GeminiLanguageOptions):
        self._gemini = Gemini(options)
        self.engine = self._gemini.model
        self.budget = options.budget

    def ask(self, request: Request) -> str:
        return self._gemini.ask([request.prompt], system=request.system, schema=request.schema)

    def probe(self) -> None:
        """Raise Misconfigured without a key or without the SDK."""
        self._gemini.probe()
