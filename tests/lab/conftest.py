"""The lab needs root and its daemons; one lab is started for all the tests that read from it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.namespaces import LAB, Lab

DAEMONS = ("snmpd", "lldpd", "sshd", "dropbear", "unshare", "nsenter", "tcpdump")


def missing() -> str:
    """Why the lab cannot be started here, or an empty text."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    path = "/usr/sbin:/usr/bin:/sbin:/bin"
    absent = [name for name in DAEMONS if shutil.which(name, path=path) is None]
    absent += [] if Path("/usr/lib/frr/zebra").exists() else ["frr"]
    return f"not installed: {', '.join(absent)}" if absent else ""


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The ten devices of lab/lab10.clab.yml, up."""
    why = missing()
    if why:
        pytest.skip(why)
    with Lab(LAB / "lab10.clab.yml", tmp_path_factory.mktemp("lab")) as up:
        yield up
