import os
import time
from pathlib import Path

from core import incoming


def aged(path: Path, hours: float) -> Path:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
    return path


def test_what_a_killed_process_left_is_removed_and_what_arrives_is_kept(tmp_path):
    (tmp_path / "old.upload").write_bytes(b"x")
    (tmp_path / "new.upload").write_bytes(b"x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "part").write_bytes(b"x")
    aged(tmp_path / "old.upload", 2)
    aged(tmp_path / "folder", 2)
    assert incoming.sweep(tmp_path) == ["folder", "old.upload"]
    assert [path.name for path in tmp_path.iterdir()] == ["new.upload"]


def test_a_link_is_removed_and_not_what_it_leads_to(tmp_path):
    kept = tmp_path / "elsewhere"
    kept.mkdir()
    folder = tmp_path / "incoming"
    folder.mkdir()
    link = folder / "link"
    link.symlink_to(kept)
    then = time.time() - 7200
    os.utime(link, (then, then), follow_symlinks=False)
    assert incoming.sweep(folder) == ["link"]
    assert kept.is_dir()


def test_an_empty_folder_needs_no_sweep(tmp_path):
    assert incoming.sweep(tmp_path) == []
