"""A stored file goes out in pieces, from the disk and from S3, however large it is."""

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from moto import mock_aws

from audio.services import files
from integrations.errors import Unavailable

CONTENT = bytes(range(256)) * 4 + b"end"


@pytest.fixture(params=["disk", "s3"])
def stored(request, settings, monkeypatch):
    """The name of a file of 1,027 bytes, of which 100 are read at a time."""
    monkeypatch.setattr(files, "PIECE", 100)
    if request.param == "disk":
        name = default_storage.save("pieces/a.bin", ContentFile(CONTENT))
        yield name
        default_storage.delete(name)
        return
    options = {"bucket_name": "pieces", "access_key": "key", "secret_key": "secret", "location": "below"}
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="pieces")
        backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
        settings.STORAGES = settings.STORAGES | {"default": backend}
        yield default_storage.save("pieces/a.bin", ContentFile(CONTENT))


def test_no_piece_is_larger_than_what_is_read_at_a_time(stored):
    pieces = list(files.pieces(stored))
    assert [len(piece) for piece in pieces] == [100] * 10 + [27]
    assert b"".join(pieces) == CONTENT


def test_a_file_that_is_not_there_is_unavailable(stored):
    with pytest.raises(Unavailable, match="not in the storage"):
        next(files.pieces(f"{stored}.gone"))
