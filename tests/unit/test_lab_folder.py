"""How a lab is found, and which of its variables are passed on."""

from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError
from scanner.lab.errors import LabRefusedError
from scanner.lab.lab_folder import find_lab, labs_in, read_variables


def lab(folder: Path, *files: str) -> Path:
    (folder / "devices").mkdir(parents=True)
    for file in files:
        (folder / file).write_text("")
    return folder


def test_a_lab_is_a_folder_a_topology_or_a_name(tmp_path: Path) -> None:
    topology = lab(tmp_path / "lab" / "small", "small.clab.yml") / "small.clab.yml"
    words = (str(topology.parent), str(topology), "small")
    assert {find_lab(word, tmp_path / "lab").topology for word in words} == {topology}


def test_a_lab_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    lab(tmp_path / "small", "small.clab.yml")
    lab(tmp_path / "other", "other.clab.yaml")
    with pytest.raises(LabRefusedError, match=r"there is no lab smal\nNext: .* one of other, small"):
        find_lab("smal", tmp_path)


def test_a_folder_with_two_topologies_needs_one_named(tmp_path: Path) -> None:
    lab(tmp_path / "two", "a.clab.yml", "b.clab.yml")
    with pytest.raises(LabRefusedError, match=r"has 2 topologies: .*a\.clab\.yml, .*b\.clab\.yml"):
        find_lab("two", tmp_path)


def test_a_folder_without_a_topology_says_so(tmp_path: Path) -> None:
    with pytest.raises(LabRefusedError, match=r"has no file NAME\.clab\.yml"):
        find_lab(str(tmp_path), tmp_path / "none")


def test_labs_are_folders_with_one_topology_and_devices(tmp_path: Path) -> None:
    lab(tmp_path / "b", "b.clab.yml")
    lab(tmp_path / "a", "a.clab.yml")
    lab(tmp_path / "two", "x.clab.yml", "y.clab.yml")
    (tmp_path / "node").mkdir()
    assert [path.parent.name for path in labs_in(tmp_path)] == ["a", "b"]


def test_only_the_variables_of_a_lab_are_passed_on(tmp_path: Path) -> None:
    text = "# words\nLAB_SSH=a b\nexport LAB_AUTH='quoted'\n\nLD_PRELOAD=/tmp/x.so\nLAB_PRIV=a=b\n"
    (tmp_path / "lab.env").write_text(text)
    assert read_variables(tmp_path) == {"LAB_SSH": "a b", "LAB_AUTH": "quoted", "LAB_PRIV": "a=b"}


def test_a_folder_without_variables_has_none(tmp_path: Path) -> None:
    assert read_variables(tmp_path) == {}


def test_a_line_that_is_no_variable_is_named_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "lab.env").write_text("LAB_SSH=x\nhunter2\n")
    with pytest.raises(DataFileError, match="line 2: ") as caught:
        read_variables(tmp_path)
    assert "hunter2" not in str(caught.value)
