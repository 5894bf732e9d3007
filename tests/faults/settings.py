"""The processes that kill tests start: tiny engines, short leases, effects in a ledger outside of them."""

from datetime import timedelta

from config.settings.test import *  # noqa: F403
from config.settings.test import ROUTING

STEP_LEASE = timedelta(seconds=2)
STEP_RENEWAL = timedelta(seconds=0.5)
SWEEP_INTERVAL = timedelta(seconds=0.3)
SCHEDULER_LEASE = timedelta(seconds=2)
EFFECT_LEASE = timedelta(seconds=2)
EFFECT_TIMEOUT = timedelta(seconds=0.5)
SEARCH_LAG = timedelta(seconds=0.2)
HINT_PATIENCE = timedelta(seconds=2)
# One thread: at a step's boundary nothing else of the outward side is under way.
WORKER_THREADS = {"speech": 1, "language": 1, "outward": 1}
ROUTING = ROUTING | {"chat_channel": "#meetings"}
