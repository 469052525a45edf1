"""Two rule files of those that ship, for tests of what surrounds verification: verifying all of them takes seconds."""

from datetime import date
from pathlib import Path

from fingerprints.database.fingerprint_database import RULES
from fingerprints.database.snapshots import DataSet
from scanner.updates.build import generation_files, provenance_file
from scanner.updates.installed_data import install

FEW = ("cisco/ios.yaml", "huawei/vrp.yaml")
"""The files that name the devices of scanner/updates/sentinels.yaml."""

DAY = date(2026, 11, 22)


def few_rules() -> dict[str, str]:
    """The files by their path below the folder of rules."""
    return {name: (RULES / name).read_text(encoding="utf-8") for name in FEW}


def install_few_rules(data: Path) -> None:
    """Put these files in use in a data folder, as an update would, but without its checks."""
    provenance = provenance_file("test", ["few rules"], DAY, "test", {"files": len(FEW)})
    install(data, DataSet.RULES, generation_files(DataSet.RULES, few_rules(), provenance))
