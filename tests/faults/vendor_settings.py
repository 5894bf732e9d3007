"""The processes of the crash matrix: real providers, whose vendors the test itself holds."""

from datetime import timedelta

# Read once, before the nursery forks.
import integrations.providers.chat.slack
import integrations.providers.mail.smtp
import integrations.providers.tickets.jira_client  # noqa: F401
from integrations.providers.tickets import jira_sites

from .settings import *  # noqa: F403
from .settings import SERVED_BY

SERVED_BY = SERVED_BY | {"tickets": ["jira"], "mail": ["smtp"], "chat": ["slack"], "calendars": []}
EFFECT_LEASE = timedelta(seconds=1.5)
# A dead scheduler's, too: who is born again begins to sweep when it has run out.
SCHEDULER_LEASE = timedelta(seconds=0.5)
# The tests' Jira says itself which searches do not see what was opened.
jira_sites.Cloud.search_lag = 0.2
