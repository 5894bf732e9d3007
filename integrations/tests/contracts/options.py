"""What all providers share: frozen options, a stable name, a cheap probe, secrets that do not show."""

import dataclasses
from typing import Any

import pytest

SECRET = "s3cret-of-the-tests-0123456789"


class StopHere(Exception):
    """What a caller's progress raises to end the work."""


class ProviderSuite:
    """Subclasses give the fixture `provider`."""

    @pytest.fixture
    def provider(self) -> Any:
        raise NotImplementedError("a subclass of the suite gives the provider")

    def test_its_options_are_a_frozen_dataclass(self, provider: Any) -> None:
        assert dataclasses.is_dataclass(provider.Options)
        assert provider.Options.__dataclass_params__.frozen

    def test_its_options_do_not_show_a_credential(self, provider: Any) -> None:
        fields = dataclasses.fields(provider.Options)
        credentials = [f for f in fields if f.name.endswith(("key", "password", "token", "secret"))]
        assert [f.name for f in credentials if f.repr] == []

    def test_it_has_a_stable_name(self, provider: Any) -> None:
        assert provider.engine
        assert provider.engine == provider.engine.strip()
        assert len(provider.engine) <= 100

    def test_a_configured_provider_is_ready(self, provider: Any) -> None:
        assert provider.probe() is None
