"""Fixtures of the whole suite."""

import shutil

import pytest
from django.conf import settings

from integrations import registry


@pytest.fixture(autouse=True)
def fresh_providers():
    """Memory providers keep their effects in the instance: every test gets its own."""
    registry.forget()
    yield
    registry.forget()


@pytest.fixture(scope="session", autouse=True)
def data_dir():
    yield settings.DATA_DIR
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


@pytest.fixture
def worker():
    """Works off what services have queued, when the test says so (`worker.work()`)."""
    from meetings.tests.working import InlineWorker

    with InlineWorker() as inline:
        yield inline
