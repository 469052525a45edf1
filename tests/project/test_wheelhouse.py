"""The wheelhouse: what it holds for which extras, and that it installs kitscan on a machine without internet."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from requirements.wheelhouse import LISTED, ROOT, Locked, add_own_wheel, chosen, named_extras, read_lock
from tests.project.test_supply_chain import locked

SETUP = "[options.extras_require]\nserve =\n    web>=1\nold =\n    core<2\n"
LOCK = """\
# made by a program
web==1.5 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via kitscan (setup.cfg)
socket-h==3.0 ; python_version < "3.12" \\
    --hash=sha256:cc
    # via
    #   -c requirements/run.txt
    #   web
socket-h==4.0 ; python_version >= "3.12" \\
    --hash=sha256:dd
    # via web
core==2.0 \\
    --hash=sha256:ee
    # via kitscan (setup.cfg)
tests-only==1.0 \\
    --hash=sha256:ff
    # via
    #   kitscan (setup.cfg)
    #   other
"""


def test_a_lock_file_is_read_with_its_hashes_and_with_who_needs_what() -> None:
    entries = read_lock(LOCK)
    assert entries["web"] == Locked(
        "web==1.5 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n", frozenset(("kitscan",))
    )
    assert entries["socket-h"].lines.count("==") == 2 and "dd" in entries["socket-h"].lines
    assert entries["tests-only"].needed_by == frozenset(("kitscan", "other"))


@pytest.mark.parametrize("name", ["run", "test"])
def test_every_package_of_the_lock_files_is_read(name: str) -> None:
    entries = read_lock((ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8"))
    assert set(entries) == set(locked(name))
    assert all(entry.needed_by and "--hash=sha256:" in entry.lines for entry in entries.values())


def test_an_extra_brings_what_it_needs_and_nothing_else() -> None:
    every = read_lock(LOCK)
    run = {"core": every["core"]}
    assert sorted(chosen(run, every, {})) == ["core"]
    assert sorted(chosen(run, every, named_extras(SETUP, ["serve"]))) == ["core", "socket-h", "web"]


def test_an_extra_that_cannot_be_had_is_refused() -> None:
    every = read_lock(LOCK)
    with pytest.raises(SystemExit, match="there is no extra pdf; one of serve, old"):
        named_extras(SETUP, ["pdf"])
    with pytest.raises(SystemExit, match="another version of core"):
        chosen({"core": every["core"]}, every, named_extras(SETUP, ["old"]))


@pytest.mark.timeout(300)
def test_a_fresh_environment_installs_from_it_without_an_index(tmp_path: Path) -> None:
    """The two lines of the documentation."""
    if not (ROOT / "wheelhouse" / LISTED).exists():
        pytest.skip("there is no wheelhouse: make wheelhouse")
    wheels = tmp_path / "wheelhouse"
    shutil.copytree(ROOT / "wheelhouse", wheels)
    add_own_wheel(wheels)
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "kitscan"], check=True)
    closed = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PIP_CONFIG_FILE": "/dev/null"}
    install = ["install", "--quiet", "--no-compile", "--no-index", "--find-links", wheels, "--require-hashes"]
    bin_folder = tmp_path / "kitscan" / "bin"
    subprocess.run([bin_folder / "pip", *install, "-r", wheels / LISTED], check=True, env=closed)
    shown = subprocess.run(
        [bin_folder / "kitscan", "--version"], capture_output=True, text=True, check=True, env=closed
    )
    assert shown.stdout == "kitscan 0.1.0\n"
