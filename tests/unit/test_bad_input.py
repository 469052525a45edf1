"""Files that people write wrongly: each error names the file, the place, what was expected there, and a next step.

To add a case, add a row: what the file holds, the place as the error names it, a part of the problem, and a part of
what was expected. A new kind of file needs one line in READERS.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fingerprints.database.rules import load_rules
from fingerprints.model.errors import DataFileError
from reports.judgement.waivers import read_waivers
from reports.placement.zones import read_zones
from reports.policy.policy_set import load_policies
from scanner.captures import read_snmprec, read_snmpwalk
from scanner.cli.exit_codes import USAGE
from scanner.cli.main import run
from scanner.config import read_config
from scanner.credentials.book import read_credentials
from scanner.targets.read_targets import read_exclusions, read_targets
from scanner.targets.target import Ports


def _nobody(words: str) -> str:
    raise AssertionError(f"asked for {words}")


def _unknown(name: str) -> str:
    raise OSError(-2, "Name or service not known")


def _targets(path: Path) -> Any:
    return read_targets((path.name,), Ports(), _unknown, path.parent)


READERS: dict[str, Callable[[Path], Any]] = {
    "kitscan.yaml": lambda path: read_config(path.parent),
    "credentials.yaml": lambda path: read_credentials(path, _nobody),
    "targets.csv": _targets,
    "targets.txt": _targets,
    "topology-data.json": _targets,
    "lab.clab.yml": _targets,
    "exclude.txt": lambda path: read_exclusions((path.name,), _unknown, path.parent),
    "zones.yaml": read_zones,
    "waivers.yaml": read_waivers,
    "policy.yaml": lambda path: load_policies(None, path.parent),
    "rules.yaml": lambda path: load_rules(path.parent),
    "walk.snmprec": lambda path: tuple(read_snmprec(path)),
    "walk.snmpwalk": lambda path: tuple(read_snmpwalk(path)),
}

RO = "name: ro, snmp: v2c, community: env:RO, prefixes: [10.0.0.0/8]"
V3 = "name: v3, snmp: v3, user: audit, prefixes: [10.0.0.0/8]"
CLI = "name: cli, ssh: true, user: audit, prefixes: [10.0.0.0/8]"

POLICY = """\
id: policy
title: An order of our own
jurisdiction: GB
authority: the board
instrument: decision of 1 March 2026
citation: board decision 2026-03
status: in force
binding: true
binds: [us]
who: {makers: [cisco]}
certainty: knowledge
confidence: high
"""

CASES: list[tuple[str, str, str, str, str]] = [
    ("kitscan.yaml", "targets: [10.0.0.0/24]\nprofil: gentle\n", "line 2", "unknown key profil", "one of the keys"),
    ("kitscan.yaml", "profile: fast\n", "line 1", "profile is 'fast'", "gentle, normal, lab"),
    ("kitscan.yaml", "\nprobes: [snmp, gnmi]\n", "line 2", "probes.1 is 'gnmi'", "snmp, ssh, link"),
    ("kitscan.yaml", "targets: 10.0.0.0/24\n", "line 1", "targets is '10.0.0.0/24'", "array"),
    ("kitscan.yaml", "ports: {snmp: 99999}\n", "line 1", "ports.snmp is '99999'", "65535"),
    ("kitscan.yaml", "ports: {snmp: '161'}\n", "line 1", "ports.snmp is '161'", "integer"),
    ("kitscan.yaml", "as_of: 31.1.2026\n", "line 1", "as_of is '31.1.2026'", "date"),
    ("kitscan.yaml", "fail_on: bad\n", "line 1", "fail_on is 'bad'", "restricted, review"),
    ("kitscan.yaml", "min_coverage: 101\n", "line 1", "min_coverage is '101'", "100"),
    ("kitscan.yaml", "operator: {country: gb}\n", "line 1", "unknown key operator.country", "one of the keys"),
    ("kitscan.yaml", "store: postgresql://a:secret@db/x\n", "key store", "holds a password", "PGPASSWORD"),
    ("kitscan.yaml", "yes: true\n", "line 1", "unknown key yes", "one of the keys"),
    ("kitscan.yaml", "targets: [\n", "line 2", "", "YAML"),
    ("kitscan.yaml", "zones: a\nzones: b\n", "line 2", "the key zones is written twice", "each key once"),
    ("kitscan.yaml", "targets: &t [a]\nexclude: *t\n", "line 1", "alias", "written out"),
    ("kitscan.yaml", "- targets\n", "line 1", "", "object"),
    ("credentials.yaml", "", "line 1", "is not a credentials file", "credentials"),
    ("credentials.yaml", "credential: []\n", "line 1", "is not a credentials file", "one key, credentials"),
    ("credentials.yaml", f"credentials:\n  - {{{RO}}}\n  - ro\n", "line 3, entry 2", "is not a mapping", "name"),
    (
        "credentials.yaml",
        "credentials:\n  - {name: ro}\n",
        "line 2, entry 1",
        "neither snmp nor ssh",
        "snmp: v1, v2c or v3",
    ),
    ("credentials.yaml", f"credentials:\n  - {{{RO}, ssh: true}}\n", "line 2, entry 1", "or both", "ssh: true"),
    (
        "credentials.yaml",
        "credentials:\n  - name: ro\n    snmp: v2c\n    community: public\n    prefixes: [10.0.0.0/8]\n",
        "line 4, entry 1, key community",
        "is not what belongs there (not shown",
        "a reference (env:NAME, file:PATH, credential:NAME, keyring:SERVICE/USER, cmd:COMMAND or prompt:), never the "
        "secret itself",
    ),
    (
        "credentials.yaml",
        "credentials:\n  - {name: ro, snmp: v2c, community: 1234, prefixes: [10.0.0.0/8]}\n",
        "line 2, entry 1, key community",
        "is no text (not shown",
        "a reference",
    ),
    ("credentials.yaml", f"credentials:\n  - {{{RO}, sweap: true}}\n", "line 2, entry 1", "an unknown key", "sweep?"),
    (
        "credentials.yaml",
        "credentials:\n  - {name: ro, snmp: v2c, community: env:RO}\n",
        "line 2, entry 1",
        "prefixes is missing",
        "this key",
    ),
    (
        "credentials.yaml",
        "credentials:\n  - {name: ro, snmp: v2c, community: env:RO, prefixes: [10.0.0.1/8]}\n",
        "line 2, entry 1, key prefixes.0",
        "is not what belongs there",
        "a CIDR",
    ),
    (
        "credentials.yaml",
        "credentials:\n  - {name: ro, snmp: v2c, community: env:RO, prefixes: []}\n",
        "line 2, entry 1, key prefixes",
        "is not what belongs there",
        "at least 1",
    ),
    (
        "credentials.yaml",
        f"credentials:\n  - {{{V3}, priv: [aes128, env:P]}}\n",
        "line 2, entry 1",
        "priv without",
        "auth",
    ),
    (
        "credentials.yaml",
        f"credentials:\n  - {{{V3}, auth: [sha3, env:A]}}\n",
        "line 2, entry 1, key auth.0",
        "is not what belongs there",
        "'sha256'",
    ),
    (
        "credentials.yaml",
        f"credentials:\n  - {{{CLI}}}\n",
        "line 2, entry 1",
        "neither key nor password",
        "key: file:PATH",
    ),
    (
        "credentials.yaml",
        f"credentials:\n  - {{{CLI}, key: env:KEY}}\n",
        "line 2, entry 1, key key",
        "is not what belongs there",
        "file:PATH or credential:NAME of a private key",
    ),
    (
        "credentials.yaml",
        f"credentials:\n  - {{{CLI}, password: env:P, jump: {{host: h, credential: nobody}}}}\n",
        "line 2, entry 1, key jump.credential",
        "cannot be used to jump",
        "the name of an ssh entry",
    ),
    (
        "credentials.yaml",
        f"credentials:\n  - {{{RO}}}\n  - {{{RO}}}\n",
        "line 3, entry 2",
        "ro is used twice",
        "its own",
    ),
    ("credentials.yaml", "credentials: [\n", "line 2", "cannot be read here", "plain YAML"),
    ("targets.csv", "<hosts/>\n", "whole file", "is no inventory of a known kind", "a column named address"),
    ("targets.csv", "kind,site\na,b\n", "row 1", "names no address (kind ...)", "a column named address"),
    ("targets.csv", "address,site,site\n", "row 1", "the column site is there twice", "each column once"),
    ("targets.csv", "address,site\n192.0.2.1\n", "row 2", "1 cells", "2, as in the header"),
    ("targets.csv", "address,site\n192.0.2.1,x\n,x\n", "row 3", "no address", "an address or a name"),
    ("targets.csv", "address\n192.0.2.300\n", "row 2", "'192.0.2.300' is not an IP address", "192.0.2.0/24"),
    ("targets.csv", "address,ssh_port\n192.0.2.1,no\n", "row 2, column ssh_port", "is not a port", "65535"),
    ("targets.csv", 'address\n"192.0.2.1\n', "whole file", "", "comma-separated values"),
    ("targets.csv", "address\n\0\n", "whole file", "holds NUL", "a text file"),
    ("targets.txt", "192.0.2.1\n192.0.2.0/33\n", "line 2", "neither a network nor a file", "a CIDR"),
    ("targets.txt", "192.0.2.5/24\n", "line 1", "has address bits beyond its prefix", "192.0.2.0/24 for the network"),
    ("targets.txt", "192.0.2.9-192.0.2.1\n", "line 1", "runs backwards", "the lower address first"),
    ("targets.txt", "192.0.2.1-x\n", "line 1", "is not a range", "192.0.2.1-40"),
    ("targets.txt", "192.0.2.1:0\n", "line 1", "'0' is not a port", "65535"),
    ("targets.txt", "[2001:db8::1\n", "line 1", "is not a bracketed IPv6 address", "[2001:db8::1]:1161"),
    ("targets.txt", "2001:db8::/64\n", "line 1", "too many to ask one by one", "neighbour tables"),
    ("targets.txt", "bad name.example\n", "line 1", "is not a host name", "a host name"),
    ("topology-data.json", "{\n,", "line 2", "is not JSON", "well-formed JSON"),
    ("topology-data.json", "[]", "whole file", "is no inventory of a known kind", "topology-data.json of a deployed"),
    (
        "topology-data.json",
        '{"nodes": {"r1": {"kind": "x"}}}',
        "whole file",
        "names no target: all of it is skipped (no-address 1)",
        "at least one host",
    ),
    ("topology-data.json", '{"nodes": {}}', "nodes", "there are no nodes", "a deployed containerlab"),
    ("lab.clab.yml", "name: x\ntopology: {}\n", "topology.nodes", "there are no nodes", "a containerlab topology"),
    ("lab.clab.yml", "topology: {nodes: {r1: linux}}\n", "topology.nodes.r1", "is not a mapping", "kind, group"),
    ("lab.clab.yml", "topology: [\n", "line 2", "", "YAML"),
    ("exclude.txt", "192.0.2.1\ncore1.example\n", "line 2", "core1.example has no address", "a name that resolves"),
    ("exclude.txt", "10.0.0.256\n", "line 1", "is not an IP address", "an address"),
    ("zones.yaml", "zones: []\n", "line 1", "zones is", "at least 1"),
    ("zones.yaml", "zones:\n  - {name: a, tier: core}\n", "line 2", "zones.0.match is missing", "this key"),
    (
        "zones.yaml",
        "zones:\n  - {name: a, match: {prefix: 10.0.0.1/8}, tier: core}\n",
        "line 2",
        "10.0.0.1/8",
        "prefix",
    ),
    (
        "zones.yaml",
        "zones:\n  - {name: a, match: {ip: 10.0.0.0/8}, tier: core}\n",
        "line 2",
        "zones.0.match.ip",
        "keys",
    ),
    ("zones.yaml", "zones:\n  - {name: a, match: {site: x}, tier: middle}\n", "line 2", "'middle'", "'core'"),
    ("zones.yaml", "zones:\n  - {name: a, match: {site: x}, core: maybe}\n", "line 2", "'maybe'", "yes or no"),
    ("waivers.yaml", "waivers: [{}]\n", "line 1", "is missing", "this key"),
    ("policy.yaml", f"{POLICY}rules: []\n", "line 13", "rules is", "at least 1"),
    (
        "policy.yaml",
        f"{POLICY}rules: [{{id: a, action: forbid, effective: 2026-03-01}}]\n",
        "line 13",
        "'forbid'",
        "'pro",
    ),
    (
        "policy.yaml",
        f"{POLICY}rules: [{{id: a, action: prohibit_use, effective: soon}}]\n",
        "line 13",
        "'soon'",
        "date",
    ),
    ("rules.yaml", "company: a\nrule: []\n", "line 2", "unknown key rule", "one of the keys"),
    ("walk.snmprec", "not a recording\n", "", "", "1.3.6.1.2.1.1.1.0|4|text"),
    ("walk.snmpwalk", "nothing here\n", "", "", "STRING"),
]


@pytest.mark.parametrize(("name", "content", "place", "problem", "expected"), CASES)
def test_an_error_names_file_place_expectation_and_next_step(
    tmp_path: Path, name: str, content: str, place: str, problem: str, expected: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(DataFileError) as caught:
        READERS[name](path)
    assert caught.value.path == str(path)
    message = [
        (flaw.place.startswith(place), problem in flaw.problem, expected in flaw.expected)
        for flaw in caught.value.flaws
    ]
    assert (True, True, True) in message, caught.value.flaws
    assert caught.value.next_step


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_is_not_text_is_refused_as_such(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe\x00")
    with pytest.raises(DataFileError) as caught:
        READERS[name](tmp_path / name)
    assert caught.value.path == str(tmp_path / name)


WORDS = [
    (("missing.csv",), "command line: target 1: there is no file missing.csv"),
    (("192.0.2.1", "192.0.2.1:99999"), "command line: target 2: '99999' is not a port"),
    (("192.0.2.0/24x",), "command line: target 1: '192.0.2.0/24x' is neither a network nor a file that exists"),
    (("-",), "command line: target 1: '-' is not a host name"),
]


@pytest.mark.parametrize(("words", "message"), WORDS)
def test_a_word_on_the_command_line_is_refused_with_its_place(words: tuple[str, ...], message: str) -> None:
    with pytest.raises(DataFileError) as caught:
        read_targets(words, Ports(), _unknown)
    assert message in str(caught.value)


def test_a_broken_file_ends_a_command_with_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kitscan.yaml").write_text("profil: gentle\n")
    monkeypatch.chdir(tmp_path)
    assert run(["doctor"]) == USAGE
    assert "kitscan.yaml: line 1: unknown key profil" in capsys.readouterr().out


def test_doctor_names_a_mistake_in_the_permits_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kitscan.yaml").write_text("permits: permits.yaml\n")
    (tmp_path / "permits.yaml").write_text("permits: [{}]\n")
    monkeypatch.chdir(tmp_path)
    assert run(["doctor"]) == USAGE
    assert "permits.yaml: line 1: permits.0.id is missing" in capsys.readouterr().out
