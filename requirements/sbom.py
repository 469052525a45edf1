"""What a release consists of, as CycloneDX 1.6 in JSON: kitscan, and every package of run.txt with licence and hashes.

    python -m requirements.sbom > kitscan.cdx.json

cyclonedx-py reads the lock file for the hashes, and the environment that was installed from it for the licences and
for who needs whom.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).with_name("run.txt")
SPEC = "1.6"

LICENCES = {"pysnmp": "BSD-2-Clause"}
"""Licences of packages whose metadata name none, by their licence file."""

Bom = dict[str, Any]


def release_bom(lock: Path = LOCK) -> Bom:
    """The bill of materials. Raises KeyError where a locked package is not installed."""
    locked = {_name(part["name"]): part for part in _cyclonedx("requirements", str(lock))["components"]}
    bom = _cyclonedx("environment", sys.executable)
    installed = {_name(part["name"]): part for part in bom["components"]}
    root = installed["kitscan"]
    bom["metadata"]["component"] = {**root, "type": "application", "externalReferences": _not_of_files(root)}
    bom["components"] = [_component(installed[name], locked[name]) for name in sorted(locked)]
    refs = {root["bom-ref"], *(part["bom-ref"] for part in bom["components"])}
    bom["dependencies"] = [
        {**entry, "dependsOn": [ref for ref in entry.get("dependsOn", ()) if ref in refs]}
        for entry in bom["dependencies"]
        if entry["ref"] in refs
    ]
    return bom


def _cyclonedx(*arguments: str) -> Bom:
    command = [sys.executable, "-m", "cyclonedx_py", *arguments, "--sv", SPEC, "--output-reproducible", "--no-validate"]
    answer: Bom = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return answer


def _component(installed: Bom, locked: Bom) -> Bom:
    """An installed package with the hashes that the lock file allows. Raises ValueError where another version is
    installed."""
    name = _name(installed["name"])
    if installed["version"] != locked["version"]:
        raise ValueError(f"{name} {installed['version']} is installed, and {locked['version']} is locked")
    hashes = [reference for reference in locked["externalReferences"] if reference.get("hashes")]
    licences = installed.get("licenses") or [{"license": {"id": LICENCES[name], "acknowledgement": "concluded"}}]
    return {**installed, "licenses": licences, "externalReferences": [*_not_of_files(installed), *hashes]}


def _not_of_files(part: Bom) -> list[Bom]:
    """The references of a package but those to its files, which are where this machine had them."""
    return [reference for reference in part.get("externalReferences", ()) if reference["type"] != "distribution"]


def _name(text: str) -> str:
    """A project's name in its normal form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", text).lower()


if __name__ == "__main__":
    json.dump(release_bom(), sys.stdout, indent=1, sort_keys=True)
    print()
