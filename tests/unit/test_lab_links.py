"""A lab that somebody sent cannot lead root's writing elsewhere by symbolic links."""

import os
from pathlib import Path

import pytest

from scanner.lab.errors import LabRefusedError
from scanner.lab.lab_state import LabState
from scanner.lab.namespace_engine import take_down

NOTHING = LabState(lab="x", topology="", since="", management="clab-x-mgmt", namespaces=(), nodes=0)


@pytest.fixture(autouse=True)
def root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def test_a_linked_folder_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "ssh").mkdir()
    (tmp_path / "ssh" / "known_hosts").write_text("somebody's")
    (tmp_path / "clab-x").symlink_to(tmp_path / "ssh")
    with pytest.raises(LabRefusedError, match="symbolic link"):
        take_down(tmp_path / "clab-x", NOTHING)
    assert [path.name for path in (tmp_path / "ssh").iterdir()] == ["known_hosts"]


@pytest.mark.parametrize("name", ["lock", "keeper.log", "topology-data.json", "kitscan-lab.json.new", "known_hosts"])
def test_a_linked_file_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "clab-x").mkdir()
    (tmp_path / "clab-x" / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LabRefusedError, match="symbolic link"):
        take_down(tmp_path / "clab-x", NOTHING)
    assert not (tmp_path / "elsewhere").exists()
