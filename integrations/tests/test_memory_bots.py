"""The memory bots keep the contract."""

import pytest

from integrations.providers.bots.memory import MemoryBots, MemoryBotsOptions
from integrations.tests.contracts.bots import BotsSuite

pytestmark = pytest.mark.once


class TestMemoryBots(BotsSuite):
    @pytest.fixture(params=["in the process", "in a file"])
    def provider(self, request: pytest.FixtureRequest, tmp_path) -> MemoryBots:
        path = str(tmp_path / "ledger") if request.param == "in a file" else ""
        return MemoryBots(MemoryBotsOptions(path=path))
