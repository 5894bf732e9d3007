import pytest
from django.core.files.storage import default_storage

from audio.models import StorageDeletion
from audio.services import files

pytestmark = pytest.mark.django_db


def test_a_storage_that_is_down_costs_a_sweep_one_attempt(monkeypatch):
    for number in range(3):
        files.discard(f"{number}.wav")
    tried = []

    def time_out(name):
        tried.append(name)
        raise TimeoutError("no answer")

    with monkeypatch.context() as patched:
        patched.setattr(default_storage, "delete", time_out)
        assert [files.sweep(), files.sweep()] == [0, 0]
    assert tried == ["0.wav", "1.wav"]
    assert files.sweep() == 1
    assert sorted(StorageDeletion.objects.values_list("file", "failures")) == [("0.wav", 1), ("1.wav", 1)]
