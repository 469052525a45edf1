"""`kitscan lab` where containerlab is installed: a program of that name records how it is called.

The real one could not be had; what it is called with is what its manual says.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lab.small_lab import write_small_lab

PROGRAM = """#!{python}
import json, os, pathlib, sys
with open("{calls}", "a") as calls:
    calls.write(json.dumps([os.getcwd(), sys.argv[1:]]) + "\\n")
lab = pathlib.Path("clab-{name}")
match sys.argv[1]:
    case "deploy":
        lab.mkdir()
        node = dict(kind="linux", longname="clab-{name}-core1", labels=dict(role="core"))
        node["mgmt-ipv4-address"] = "127.0.9.1"
        (lab / "topology-data.json").write_text(json.dumps(dict(name="{name}", type="clab", nodes=dict(core1=node))))
    case "destroy":
        (lab / "topology-data.json").unlink()
    case "inspect":
        container = dict(lab_name="{name}", labPath="x.clab.yml", name="clab-{name}-core1")
        print(json.dumps({{"{name}": [container, container]}}))
sys.exit({code})
"""


@dataclass(frozen=True, slots=True)
class FakeContainerlab:
    """A lab, and a folder with a program `containerlab` for PATH."""

    folder: Path
    name: str
    programs: Path

    def kitscan(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "scanner.cli.main", "lab", *words],
            env={**os.environ, "PATH": f"{self.programs}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def install(self, code: int = 0) -> None:
        program = self.programs / "containerlab"
        text = PROGRAM.format(python=sys.executable, calls=self.programs / "calls", name=self.name, code=code)
        program.write_text(text)
        program.chmod(0o755)

    @property
    def calls(self) -> list[list[object]]:
        lines = (self.programs / "calls").read_text().splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
def fake(tmp_path: Path) -> FakeContainerlab:
    (tmp_path / "programs").mkdir()
    fake = FakeContainerlab(tmp_path / "small", write_small_lab(tmp_path / "small"), tmp_path / "programs")
    fake.install()
    return fake


def test_up_deploys_and_down_destroys_in_the_folder_of_the_lab(fake: FakeContainerlab) -> None:
    done = fake.kitscan("up", str(fake.folder)), fake.kitscan("down", str(fake.folder))
    assert [one.returncode for one in done] == [0, 0], done
    topology = str(fake.folder / f"{fake.name}.clab.yml")
    assert fake.calls == [
        [str(fake.folder), ["deploy", "-t", topology]],
        [str(fake.folder), ["destroy", "-t", topology, "--cleanup"]],
    ]
    assert "on containerlab" in done[0].stderr


def test_a_lab_that_containerlab_runs_is_listed(fake: FakeContainerlab) -> None:
    labs = json.loads(fake.kitscan("list", "--format", "json").stdout)
    assert {
        "name": fake.name,
        "engine": "containerlab",
        "nodes": 2,
        "since": "",
        "folder": "x.clab.yml",
        "whole": True,
    } in labs


def test_a_scan_is_of_the_file_that_containerlab_wrote_with_the_variables_of_the_lab(fake: FakeContainerlab) -> None:
    fake.kitscan("up", str(fake.folder))
    done = fake.kitscan("scan", str(fake.folder), "--dry-run", "--probe", "snmp")
    assert done.returncode == 0, done.stderr
    assert "\n127.0.9.1\n" in done.stdout


def test_a_deployment_that_fails_is_told(fake: FakeContainerlab) -> None:
    fake.install(code=3)
    done = fake.kitscan("up", str(fake.folder))
    assert (done.returncode, "containerlab deploy ended with 3" in done.stderr) == (2, True)


def test_a_lab_that_is_not_up_cannot_be_scanned(fake: FakeContainerlab) -> None:
    done = fake.kitscan("scan", str(fake.folder))
    assert (done.returncode, f"lab {fake.name} is not up" in done.stderr) == (2, True)


def test_a_wrong_label_is_told_before_anything_is_deployed(fake: FakeContainerlab) -> None:
    topology = fake.folder / f"{fake.name}.clab.yml"
    topology.write_text(topology.read_text().replace("kitscan-expect-maker", "kitscan-expect-makr"))
    done = fake.kitscan("check", "--up", str(fake.folder))
    assert done.returncode == 2
    assert "topology.nodes.core1.labels.kitscan-expect-makr: is no label of an expectation" in done.stderr
    assert not (fake.programs / "calls").exists()
