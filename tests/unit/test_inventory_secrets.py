"""No inventory lets a secret through, none crashes its reader, and none takes long."""

import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.errors import DataFileError, KitscanError
from scanner.cli.main import run
from scanner.targets.inventories.content import content_of
from scanner.targets.inventories.registry import INVENTORIES, KINDS, read_recognised
from scanner.targets.lists import NamedList
from scanner.targets.overview import overview_of
from scanner.targets.read_targets import read_targets
from scanner.targets.target import Ports
from tests.unit.inventory_samples import CANARY, SAMPLES, Sample

EACH = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)


def unknown(_name: str) -> str:
    raise OSError(-2, "Name or service not known")


@EACH
def test_a_secret_is_in_no_target_no_overview_and_no_word_that_is_shown(
    sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / sample.file).write_bytes(sample.octets)
    assert CANARY not in repr(read_targets((sample.file,), Ports(), unknown, tmp_path))
    assert CANARY not in repr(read_recognised(content_of(sample.octets, Path("any"))))
    for arguments in (
        ["targets", "show", sample.file],
        ["targets", "show", "--inventory", f"{sample.kind}:{sample.file}", "--format", "json"],
    ):
        assert run(arguments) == 0
    shown = capsys.readouterr()
    assert CANARY not in shown.out + shown.err
    assert [name for name in sample.secrets if name not in shown.out] == []


@EACH
def test_a_secret_is_in_no_error_of_any_reader_about_any_part_of_a_file(sample: Sample) -> None:
    lines = sample.octets.splitlines(keepends=True)
    heads = [sample.octets[:length] for length in range(0, len(sample.octets), max(1, len(sample.octets) // 30))]
    tails = [b"".join(lines[number:]) for number in range(len(lines))]
    for octets in (*heads, *tails):
        content = content_if_any(octets)
        for kind in INVENTORIES if content else ():
            try:
                read = kind.read(content)  # type: ignore[arg-type]
                found = overview_of(NamedList("x", read, kind.name))
            except KitscanError as error:
                assert CANARY not in str(error), kind.name
            else:
                if kind.name == sample.kind:
                    assert CANARY not in repr(found.flaws), kind.name


def content_if_any(octets: bytes) -> Any:
    try:
        return content_of(octets, Path("any"))
    except DataFileError as error:
        assert CANARY not in str(error)
        return None


@given(st.binary(max_size=300), st.sampled_from(SAMPLES), st.integers(0, 2_000), st.integers(0, 40))
def test_no_octets_crash_a_reader(noise: bytes, sample: Sample, place: int, cut: int) -> None:
    octets = sample.octets[:place] + noise + sample.octets[place + cut :]
    for read in (read_recognised, KINDS[sample.kind].read):
        try:
            read(content_of(octets, Path("any")))
        except KitscanError as error:
            assert str(error)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("192.0.2.1/24"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    *(
                        "results",
                        "devices",
                        "hosts",
                        "children",
                        "vars",
                        "all",
                        "_meta",
                        "hostvars",
                        "hostname",
                        "groups",
                    ),
                    *(
                        "device_type",
                        "role",
                        "primary_ip4",
                        "address",
                        "virtual_chassis",
                        "master",
                        "tags",
                        "id",
                        "status",
                    ),
                    *(
                        "custom_fields",
                        "prefix",
                        "cluster",
                        "vcpus",
                        "device_id",
                        "ip",
                        "dns",
                        "layers",
                        "name",
                        "data",
                    ),
                    *("sources", "namespaces", "url", "topology", "nodes", "labels", "kind", "connection_options"),
                )
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(VALUES)
def test_no_value_of_json_or_yaml_crashes_a_reader(value: Any) -> None:
    for octets in (json.dumps(value).encode(), b"---\nx-x: 1\n" + json.dumps(value).encode()):
        content = content_of(octets, Path("any"))
        for kind in INVENTORIES:
            kind.recognise(content)
            try:
                read = kind.read(content)
            except KitscanError as error:
                assert str(error)
            else:
                assert overview_of(NamedList("x", read, kind.name)).addresses >= 0


@given(st.text(max_size=80))
def test_any_text_behind_a_host_of_ansible_is_read_or_refused(text: str) -> None:
    for line in (f"r1 {text}", text, f"[{text}]", f"[x:vars]\n{text}"):
        with TemporaryDirectory() as folder:
            try:
                KINDS["ansible"].read(content_of(line.encode("utf-8", "replace"), Path(folder) / "hosts"))
            except DataFileError as error:
                assert error.flaws


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)

HUGE = {
    "one line": b"a" * 20_000_000,
    "words": b"a " * 5_000_000,
    "many lines": b"192.0.2.1\n" * 100_000,
    "deep JSON": b"[" * 1_000_000,
    "deep mappings": b'{"a":' * 500_000,
    "a long number": b'{"results": [' + b"9" * 100_000 + b"]}",
    "laughs": LAUGHS.encode(),
    "deep YAML": b"a: " + b"[" * 100_000,
    "sections": b"[a]\n" * 300_000,
    "quotes": b"[a]\nr1 " + b"'" * 2_000_001,
    "ranges": b"[a]\nr" + b"[1:9999999]" * 300 + b"\n",
    "a cell": b"name,address\n" + b'"' + b"x" * 5_000_000 + b'",192.0.2.1\n',
    "colons": b"a:" * 1_000_000,
    "children": b"[a:children]\nb\n[b:children]\na\n[a]\nr1\n",
    "an XML element": b"<nmaprun>" + b"<host>" * 300_000,
    "Host:": b"Host: 192.0.2.1 (" + b"x" * 3_000_000,
    "dollars": b"topology: {nodes: {r: {image: '" + b"${" * 300_000 + b"'}}}",
    "templates": b"topology:\n" + b"{{" * 500_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_a_hostile_file_takes_no_long_time(name: str, tmp_path: Path) -> None:
    (tmp_path / "hostile").write_bytes(HUGE[name])
    began = time.process_time()
    for word in ("hostile", "ansible:hostile", "oxidized:hostile", "containerlab:hostile"):
        try:
            read_targets((word,), Ports(), unknown, tmp_path)
        except KitscanError as error:
            assert len(str(error)) < 20_000
    assert time.process_time() - began < 30
