"""What kitscan is made of: locked by hashes, without known holes, under fitting licences, and on a bill."""

import configparser
import json
import re
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from requirements import sbom

ROOT = Path(__file__).parents[2]
LOCKS = ("build", "lock", "run", "test")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;]+)(?P<rest>.*(?:\n +--hash=.*)*)", re.MULTILINE)
PYTHONS = ("3.11", "3.12", "3.13")


@cache
def locked(name: str) -> dict[str, tuple[Version, tuple[str, ...]]]:
    """Every package of a lock file with its version and its hashes."""
    text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
    return {
        canonicalize_name(pin["name"]): (
            Version(pin["version"]),
            tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", pin["rest"])),
        )
        for pin in PIN.finditer(text)
    }


def asked(extra: str | None = None) -> list[Requirement]:
    """What setup.cfg asks for."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    text = config["options.extras_require"][extra] if extra else config["options"]["install_requires"]
    return [Requirement(line) for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_pins_every_package_by_hashes_and_names_no_place(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert lines
    assert [line for line in lines if not PIN.match(line)] == []
    assert [package for package, (_, hashes) in locked(name).items() if not hashes] == []
    assert re.findall(r"https?:|file:|index-url|find-links| @ |/home|/tmp|/work", text) == []


@pytest.mark.parametrize(("extra", "lock"), [(None, "run"), ("test", "test")])
def test_the_lock_files_hold_what_setup_cfg_asks_for(extra: str | None, lock: str) -> None:
    """Where this fails, setup.cfg changed: `make lock` writes the files again."""
    missing = [
        str(requirement)
        for requirement in asked(extra)
        if canonicalize_name(requirement.name) not in locked(lock)
        or not requirement.specifier.contains(locked(lock)[canonicalize_name(requirement.name)][0])
    ]
    assert missing == []


def test_tests_run_on_the_versions_that_users_get() -> None:
    assert {name: entry for name, entry in locked("run").items() if locked("test").get(name) != entry} == {}


def test_the_lock_serves_every_python_that_kitscan_runs_on() -> None:
    """Where a package is built for each Python, as many platforms' files are locked for one as for the others: 3.11 is
    the lowest that setup.cfg allows, and the files were resolved from there on."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    assert config["options"]["python_requires"] == f">={PYTHONS[0]}"
    assert all(f"Python :: {python}" in config["metadata"]["classifiers"] for python in PYTHONS)
    assert f"--python-version {PYTHONS[0]}" in (ROOT / "Makefile").read_text(encoding="utf-8")
    compiled = {name: len(locked("run")[name][1]) for name in ("cryptography", "pydantic-core", "pyyaml", "sqlalchemy")}
    assert min(compiled.values()) > 30, compiled


def test_the_build_is_locked_too() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    written = (ROOT / "requirements/build.in").read_text(encoding="utf-8").split()
    assert pyproject["build-system"]["requires"] == written
    assert {Requirement(line).name for line in written} == set(locked("build"))


def test_make_installs_only_from_the_lock() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = [line.strip() for line in makefile.splitlines() if re.search(r"\$\(PIP\)|pip install", line)]
    free = [
        line for line in installs if "--require-hashes" not in line and "--no-deps --no-build-isolation" not in line
    ]
    assert free == ["PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile"]


FIXED = {
    "aiohttp": ("3.13.3", "CVE-2025-69223 and seven more"),
    "asyncssh": ("2.14.2", "CVE-2023-48795, CVE-2023-46446"),
    "cryptography": ("46.0.5", "CVE-2026-26007, CVE-2024-12797"),
    "idna": ("3.7", "CVE-2024-3651"),
    "jinja2": ("3.1.6", "CVE-2025-27516, CVE-2024-56326"),
    "paramiko": ("3.4.0", "CVE-2023-48795"),
    "pyasn1": ("0.6.2", "CVE-2026-23490"),
    "pydantic": ("2.4.0", "CVE-2024-3772"),
    "pygments": ("2.15.1", "CVE-2022-40896"),
    "pynacl": ("1.6.2", "CVE-2025-69277"),
    "pytest": ("9.0.3", "CVE-2025-71176"),
    "pyyaml": ("5.4", "CVE-2020-14343"),
    "scapy": ("2.7.0", "GHSA-cq46-m9x9-j8w2"),
    "setuptools": ("78.1.1", "CVE-2025-47273"),
}
"""The versions in which known vulnerabilities are mended."""


@pytest.mark.parametrize("name", FIXED)
def test_no_floor_and_no_lock_allows_a_known_hole(name: str) -> None:
    fixed = Version(FIXED[name][0])
    builds = [Requirement(line) for line in (ROOT / "requirements/build.in").read_text(encoding="utf-8").split()]
    for requirement in (*asked(), *asked("test"), *builds):
        if canonicalize_name(requirement.name) == name:
            floors = [Version(part.version) for part in requirement.specifier if part.operator in (">=", "==")]
            assert floors, requirement
            assert max(floors) >= fixed, requirement
    versions = [locked(lock)[name][0] for lock in LOCKS if name in locked(lock)]
    assert versions
    assert min(versions) >= fixed


PERMISSIVE = frozenset(
    ("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD License", "Apache Software License", "MIT", "MIT-0", "PSF-2.0",
     "Python-2.0")
)  # fmt: skip
JUSTIFIED = {
    "paramiko": ("LGPL-2.1", "a library that is installed beside kitscan, unchanged, and that a user can replace"),
    "scp": ("LGPL-2.1-or-later", "needed by netmiko; as paramiko"),
    "scapy": ("GPL-2.0-only", "imported only by scanner/link_helper, a process of its own under the same licence"),
}
"""Packages under a licence that asks something of those who pass kitscan on, and why they may be here."""


@cache
def bill() -> dict[str, Any]:
    return sbom.release_bom()


def licences_of(component: dict[str, Any]) -> set[str]:
    """The licences of a component. A classifier that says a licence again counts as what it ends with."""
    texts = (
        entry.get("expression") or entry["license"].get("id") or entry["license"].get("name")
        for entry in component["licenses"]
    )
    return {part for text in texts for part in re.split(r" AND | OR ", text.rpartition(" :: ")[2])}


def test_every_package_has_a_licence_that_goes_with_kitscan() -> None:
    others = {
        canonicalize_name(component["name"]): found
        for component in bill()["components"]
        if not (found := licences_of(component)) <= PERMISSIVE
    }
    assert set(others) == set(JUSTIFIED)
    assert [name for name, found in others.items() if JUSTIFIED[name][0] not in found] == []
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Licence")[2]
    assert [name for name in JUSTIFIED if name not in page] == []


def test_the_bill_of_materials_names_every_locked_package_with_licence_and_hashes() -> None:
    listed = {
        canonicalize_name(component["name"]): (
            Version(component["version"]),
            tuple(
                entry["content"]
                for reference in component["externalReferences"]
                if reference["type"] == "distribution"
                for entry in reference["hashes"]
            ),
        )
        for component in bill()["components"]
    }
    assert {name: (version, sorted(hashes)) for name, (version, hashes) in listed.items()} == {
        name: (version, sorted(hashes)) for name, (version, hashes) in locked("run").items()
    }
    assert all(component["licenses"] and component["purl"] for component in bill()["components"])
    assert (bill()["metadata"]["component"]["name"], bill()["metadata"]["component"]["version"]) == (
        "kitscan",
        metadata.version("kitscan"),
    )
    assert "file:" not in json.dumps(bill())


def test_the_bill_of_materials_is_cyclonedx() -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    validator = JsonStrictValidator(SchemaVersion.V1_6)
    short = {**bill(), "components": [_with_few_hashes(component) for component in bill()["components"]]}
    assert validator.validate_str(json.dumps(short)) is None
    assert validator.validate_str(json.dumps({**bill(), "components": [{"name": "x"}]})) is not None


def _with_few_hashes(component: dict[str, Any]) -> dict[str, Any]:
    """The same component with two hashes of its hundred: the schema looks at each, which takes ten seconds in all."""
    references = component["externalReferences"]
    return {**component, "externalReferences": [{**one, **_first_two(one)} for one in references]}


def _first_two(reference: dict[str, Any]) -> dict[str, Any]:
    return {"hashes": reference["hashes"][:2]} if "hashes" in reference else {}


def test_every_promise_names_a_test_that_exists() -> None:
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = [line for line in page.partition("## What is promised")[2].splitlines() if line.startswith("| ")][1:]
    named = [re.findall(r"`(tests/[a-z0-9_/]+\.py)(?:::(test_\w+))?`", row) for row in rows]
    assert len(rows) > 10
    assert all(named)
    for file, name in (pair for of_row in named for pair in of_row):
        text = (ROOT / file).read_text(encoding="utf-8")
        assert f"def {name or 'test_'}" in text, (file, name)
