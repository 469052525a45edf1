"""All wheels of kitscan in one folder, for a machine without internet.

    python -m requirements.wheelhouse FOLDER [EXTRA ...]

The folder holds what run.txt names, what the chosen extras of setup.cfg need besides, as test.txt locks it, kitscan's
own wheel, and requirements.txt, which names all of these by their hashes. Two lines install from it:

    python3 -m venv ~/kitscan
    ~/kitscan/bin/pip install --no-index --find-links FOLDER --require-hashes -r FOLDER/requirements.txt

pip chooses the wheels for the Python and the machine that it runs on; for others, give its own words in WHEEL_OPTIONS:
`--platform manylinux2014_aarch64 --python-version 3.12`.
"""

import configparser
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("fingerprints", "reports", "scanner")
BUILT_FROM = ("setup.cfg", "pyproject.toml", "README.md", "LICENSE")
LISTED = "requirements.txt"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
EPOCH = "1767225600"
"""The time of the files in kitscan's wheel, 2026-01-01, so that the same source is the same wheel."""

_ENTRY = re.compile(
    r"(?m)^(?P<head>(?P<name>[A-Za-z0-9._-]+)==[^\\\n]*?)(?P<hashes>(?: \\\n +--hash=\S+)*)\n(?P<why>(?: +#.*\n)*)"
)


@dataclass(frozen=True, slots=True)
class Locked:
    """A package of a lock file: its lines with hashes, and the packages that need it."""

    lines: str
    needed_by: frozenset[str]


def read_lock(text: str) -> dict[str, Locked]:
    """Every package of a lock file that uv wrote, by its normal name."""
    found: dict[str, Locked] = {}
    for entry in _ENTRY.finditer(text):
        why = re.findall(r"#\s+(?:via )?([A-Za-z0-9._-]+)(?: \(.*\))?$", entry["why"], re.MULTILINE)
        needed_by = frozenset(normal(name) for name in why if name != "via")
        name, lines = normal(entry["name"]), f"{entry['head']}{entry['hashes']}\n"
        also = found.get(name, Locked("", frozenset()))  # one version for old Pythons, and one for new ones
        found[name] = Locked(also.lines + lines, also.needed_by | needed_by)
    return found


def normal(name: str) -> str:
    """A project's name in its normal form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def chosen(run: dict[str, Locked], every: dict[str, Locked], extras: dict[str, tuple[str, ...]]) -> dict[str, Locked]:
    """What kitscan needs with these extras, each given with the packages that it names. Exits where an extra takes
    another version of what kitscan needs anyway: only one is locked."""
    wanted = dict(run)
    for extra, names in extras.items():
        if any(normal(name) in run for name in names):
            sys.exit(f"wheelhouse: the extra {extra} takes another version of {', '.join(names)} than is locked")
        wanted |= {normal(name): every[normal(name)] for name in names}
    grew = True
    while grew:
        further = {
            name: locked for name, locked in every.items() if name not in wanted and locked.needed_by & wanted.keys()
        }
        wanted |= further
        grew = bool(further)
    return wanted


def named_extras(setup: str, names: list[str]) -> dict[str, tuple[str, ...]]:
    """The packages that these extras of a setup.cfg name. Exits for an extra that it does not have."""
    config = configparser.ConfigParser()
    config.read_string(setup)
    section = config["options.extras_require"]
    unknown = [name for name in names if name not in section]
    if unknown:
        sys.exit(f"wheelhouse: there is no extra {', '.join(unknown)}; one of {', '.join(section)} was expected")
    return {name: tuple(re.findall(r"(?m)^([A-Za-z0-9._-]+)", section[name])) for name in names}


def download(folder: Path, extras: list[str]) -> None:
    """Make the folder anew, with every wheel but kitscan's own."""
    every = read_lock((ROOT / "requirements/test.txt").read_text(encoding="utf-8"))
    run = read_lock((ROOT / "requirements/run.txt").read_text(encoding="utf-8"))
    wanted = chosen(run, every, named_extras((ROOT / "setup.cfg").read_text(encoding="utf-8"), extras))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    listed = folder / LISTED
    listed.write_text("".join(wanted[name].lines for name in sorted(wanted)), encoding="utf-8")
    options = shlex.split(os.environ.get("WHEEL_OPTIONS", ""))
    command = [*PIP, "download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", *options]
    subprocess.run([*command, "--dest", str(folder), "-r", str(listed)], check=True)


def add_own_wheel(folder: Path) -> None:
    """Build kitscan's wheel into a folder of wheels, in place of one that is there, and list it. It is built of a copy
    of the source without what earlier builds left there."""
    for old in folder.glob("kitscan-*.whl"):
        old.unlink()
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place)
        for package in PACKAGES:
            shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        for name in BUILT_FROM:
            shutil.copy(ROOT / name, copy / name)
        command = [*PIP, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(copy)]
        subprocess.run(command, check=True, env={"SOURCE_DATE_EPOCH": EPOCH, **os.environ})
    (wheel,) = folder.glob("kitscan-*.whl")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    others = (folder / LISTED).read_text(encoding="utf-8").partition("kitscan==")[0]
    own = f"kitscan=={wheel.name.split('-')[1]} \\\n    --hash=sha256:{digest}\n"
    (folder / LISTED).write_text(others + own, encoding="utf-8")


if __name__ == "__main__":
    download(Path(sys.argv[1]), sys.argv[2:])
    add_own_wheel(Path(sys.argv[1]))
