"""The distribution owns its three packages, and every module can be imported from an installed copy."""

import ast
import re
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

from tests.project.source_code import read_modules

ROOMS = ("fingerprints", "reports", "scanner")


def test_the_three_packages_belong_to_this_distribution_alone() -> None:
    owners = packages_distributions()
    assert {room: set(owners.get(room, ())) for room in ROOMS} == {room: {"kitscan"} for room in ROOMS}


def test_the_command_is_installed() -> None:
    scripts = {entry.name: entry.value for entry in distribution("kitscan").entry_points}
    assert scripts == {"kitscan": "scanner.start:main"}


def test_no_pattern_in_the_code_repeats_a_group_possessively() -> None:
    """Python before 3.11.5 matches that wrongly (its issue 106052), and Debian 12 has 3.11.2; rules are held to it."""
    home = Path(__file__).parents[2]
    possessive = re.compile(r"(?<!\\)\)(?:\{\d{0,4},?\d{0,4}\}|[*+?])\+(?!\s)")
    files = [path for room in ROOMS for path in (home / room).rglob("*.py")]
    found = [path.name for path in files for line in path.read_text().splitlines() if possessive.search(line)]
    assert len(files) > 200
    assert found == []


OPENS_BY_ITSELF = {
    "fingerprints.model.input_file": "the one reader",
    "fingerprints.database.chunked_table": "shipped data",
    "fingerprints.database.companies.company_files": "shipped data",
    "fingerprints.database.fingerprint_database": "installed data, whose digest is compared",
    "fingerprints.database.oui": "shipped data",
    "fingerprints.database.snapshots": "installed data: regular files, of which it reads so many octets",
    "scanner.cli.assessment.report_file": "writes",
    "scanner.cli.policy.choosing": "kitscan.yaml, which the one reader has read before",
    "scanner.cli.project_files.new_file": "writes",
    "scanner.cli.standard_streams": "/dev/null",
    "scanner.courier.durable_file": "writes",
    "scanner.courier.folder_courier": "messages: regular files, of which it reads so many octets",
    "scanner.courier.parts": "its own parts of bundles",
    "scanner.credentials.references": "a secret: a regular file of its owner alone, of which it reads so many octets",
    "scanner.demo.project": "the demo's own files",
    "scanner.fleet.site.spool": "writes",
    "scanner.lab.namespace_engine": "writes",
    "scanner.lab.netns": "namespaces of the system",
    "scanner.lab.process_identity": "the system's own files",
    "scanner.notify.json_lines": "writes",
    "scanner.operators.project": "shipped data, and it writes",
    "scanner.protocols.link.helper_program": "the system's own files",
    "scanner.protocols.link.probe": "the system's own files",
    "scanner.protocols.snmp.sweep.sweep_socket": "the system's own files",
    "scanner.protocols.ssh.host_keys": "writes",
    "scanner.stop_signals": "a pipe of its own",
    "scanner.store.answer_index": "its own answers: a regular file of this user, by its octets",
    "scanner.store.sqlite_file": "writes",
    "scanner.updates.installed_data": "writes",
    "scanner.updates.mac_vendors": "what the library wrote",
    "scanner.workers.worker": "/dev/null",
}
"""Modules that open files without `input_file`, and what these files are."""


def _opens_a_file(call: ast.Call) -> bool:
    """True for `open()`, `os.open()`, `x.open("rb")`, `x.read_bytes()` and `x.read_text()`."""
    match call.func:
        case ast.Name(id="open") | ast.Attribute(attr="read_bytes" | "read_text"):
            return "files(" not in ast.unparse(call.func)  # data of a package, by importlib.resources
        case ast.Attribute(value=ast.Name(id="os"), attr="open"):
            return True
        case ast.Attribute(attr="open"):
            return bool(call.args) and isinstance(call.args[0], ast.Constant)
    return False


def test_every_file_that_a_user_names_is_opened_by_one_reader() -> None:
    """A file may be a pipe that nobody writes, or /dev/zero: a new reader goes through `input_file`, or says here why
    its files are none that a user names."""
    opening = {
        module.name
        for module in read_modules(*ROOMS)
        if any(isinstance(node, ast.Call) and _opens_a_file(node) for node in ast.walk(module.tree))
    }
    assert opening == set(OPENS_BY_ITSELF)
