"""Same evidence, same bytes: every format, written by two processes that share nothing of their surroundings."""

import json
import os
import subprocess
import sys

import pytest

from reports.formats.registry import FORMATS

WRITE = """
import json, os, sys
from hashlib import sha256
os.umask(int(sys.argv[1], 8))
from reports.formats.registry import FORMATS, render
from tests.unit.documents import few
written = {name: render(few(), name) for name in FORMATS}
octets = {name: text.encode("utf-8") if isinstance(text, str) else text for name, text in written.items()}
print(json.dumps({name: sha256(content).hexdigest() for name, content in octets.items()}))
"""

SURROUNDINGS = (
    ("022", {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "0"}),
    ("077", {"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": "1700000000"}),
)


pytestmark = pytest.mark.timeout(600)
"""Each process sets a PDF, which on a machine that does much else takes a minute."""


@pytest.fixture(scope="module")
def digests() -> tuple[dict[str, str], ...]:
    """The digest of each format by its name, as each process writes it."""
    started = [_started(umask, given) for umask, given in SURROUNDINGS]
    return tuple(json.loads(process.communicate()[0]) for process in started)


def _started(umask: str, given: dict[str, str]) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    return subprocess.Popen([sys.executable, "-c", WRITE, umask], env=kept | given, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("format_name", FORMATS)
def test_two_processes_write_the_same_bytes(digests: tuple[dict[str, str], ...], format_name: str) -> None:
    one, other = digests
    assert one[format_name] == other[format_name]
