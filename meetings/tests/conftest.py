"""Fixtures of meetings' tests."""

import pytest

from .s3 import S3


@pytest.fixture
def use(settings):
    """`use(options)`: from now on files are in the S3 storage that the options describe."""

    def change(options: dict) -> None:
        backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
        settings.STORAGES = settings.STORAGES | {"default": backend}

    return change


@pytest.fixture
def s3(use):
    server = S3()
    use(server.options)
    yield server
    server.server.stop()
