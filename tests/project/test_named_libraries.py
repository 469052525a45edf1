"""Each library that the project was asked to use serves a live path, in one module, and a test exercises it there."""

import ast

import pytest

from tests.project.source_code import PACKAGES, ROOT, imported_names, read_modules

LIBRARIES = {
    "pysnmp": (
        "scanner.protocols.snmp.pysnmp_session",
        "tests/agents/test_snmp_daemon.py",
        "test_triple_des_accepts_us",
    ),
    "netmiko": (
        "scanner.protocols.ssh.netmiko_driver",
        "tests/agents/test_ssh_devices.py",
        "test_every_command_of_a_platform_is_answered_as_the_device_printed_it",
    ),
    "scapy": (
        "scanner.link_helper.listening",
        "tests/lab/test_link.py",
        "test_lldp_and_cdp_are_reported_field_by_field_and_once",
    ),
    "mac_vendor_lookup": (
        "scanner.updates.mac_vendors",
        "tests/unit/test_db_mac_vendors.py",
        "test_the_library_fetches_the_list_that_an_update_reads",
    ),
    "jinja2": (
        "reports.formats.templates",
        "tests/services/test_html_in_chromium.py",
        "test_the_findings_are_read_without_script_and_nothing_is_offered_that_needs_one",
    ),
}
"""Each library with its one importer, and the test that takes the importer's path on the wire, in a namespace or in
a browser."""

OTHER_IMPORTERS = {"jinja2": {"reports.formats.own_template"}}
"""Modules that import a library for another purpose: jinja2 in its sandbox, for templates of the user's own."""

EACH = pytest.mark.parametrize("library", LIBRARIES)


@EACH
def test_a_library_has_one_importer(library: str) -> None:
    importers = {
        module.name
        for module in read_modules(*PACKAGES)
        if library in {name.split(".")[0] for name in imported_names(module.tree)}
    }
    assert importers == {LIBRARIES[library][0]} | OTHER_IMPORTERS.get(library, set())


@EACH
def test_a_test_takes_the_path_of_a_library(library: str) -> None:
    _, file, name = LIBRARIES[library]
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@EACH
def test_the_contributing_page_says_what_a_library_is_for(library: str) -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert any(library.replace("_", "-") in row.split("|")[1] for row in rows)
