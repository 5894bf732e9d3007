"""The trained weights ship with their attribution; a file that does not fit is an operator's matter."""

import json

import pytest

from integrations.errors import Misconfigured
from integrations.providers.language.local import LocalLanguage, model


def test_the_shipped_weights_load_and_name_their_source_and_licence():
    LocalLanguage().probe()
    header = json.loads(model.WEIGHTS.read_text(encoding="utf-8"))
    assert "AMI Meeting Corpus" in header["trained_on"]
    assert "Carletta" in header["attribution"]
    assert header["licence"].startswith("CC BY 4.0")


@pytest.mark.parametrize("content", ["", "{}", '{"features": [], "heads": []}'])
def test_weights_that_do_not_fit_the_code_are_misconfigured(tmp_path, content):
    path = tmp_path / "weights.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Misconfigured):
        model.load(path)


def test_missing_weights_are_misconfigured(tmp_path):
    with pytest.raises(Misconfigured):
        model.load(tmp_path / "none.json")
