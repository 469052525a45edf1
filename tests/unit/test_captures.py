"""Saved captures are read word for word, and a line that cannot be read is named rather than dropped."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from scanner import captures
from scanner.captures import files_of, read_cli
from scanner.cli.main import run
from scanner.protocols.probe import Observed
from scanner.store.store import open_store


def read_snmprec(path: Path) -> Observed:
    return tuple(captures.read_snmprec(path))


def read_snmpwalk(path: Path) -> Observed:
    return tuple(captures.read_snmpwalk(path))


def saved(folder: Path, text: str, name: str = "box.snmprec") -> Path:
    path = folder / name
    path.write_bytes(text.encode("latin-1"))
    return path


def test_a_recording_gives_octets_hexadecimal_escapes_and_addresses_as_they_were(tmp_path: Path) -> None:
    observed = read_snmprec(
        saved(
            tmp_path,
            "# a comment\n"
            "1.3.6.1.2.1.1.1.0|4|a|b\n"
            ".1.3.6.1.2.1.1.2.0|6|.1.3.6.1.4.1.2011.2.88.2\n"
            "1.3.6.1.2.1.2.2.1.6.1|4x|00e0fc010203\n"
            "1.3.6.1.2.1.4.20.1.1.192.0.2.1|64x|c0000201\n"
            "1.3.6.1.4.1.1.0|4e|x\\x41\\\\y\n",
        )
    )
    assert [(o.source, o.at, o.value) for o in observed if isinstance(o, Observation)] == [
        (Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "a|b"),
        (Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.2011.2.88.2"),
        (Source.SNMP_IF_PHYS_ADDRESS, "1.3.6.1.2.1.2.2.1.6.1", "\x00\xe0\xfc\x01\x02\x03"),
        (Source.SNMP_OBJECT, "1.3.6.1.2.1.4.20.1.1.192.0.2.1", "192.0.2.1"),
        (Source.SNMP_OBJECT, "1.3.6.1.4.1.1.0", "xA\\y"),
    ]


def test_a_broken_line_is_a_gap_that_names_it(tmp_path: Path) -> None:
    observed = read_snmprec(saved(tmp_path, "1.3.6.1.2.1.1.1.0|4|x\n1.3.6.1.2.1.1.2.0\n1.3.6|4x|zz\n"))
    assert observed[1:] == (
        Gap("import", "line 2", GapReason.MALFORMED, "has no two bars (OID|tag|value)"),
        Gap("import", "line 3", GapReason.MALFORMED, "its value is not hexadecimal"),
    )


def test_a_file_without_one_good_line_is_an_error_with_file_place_and_next_step(tmp_path: Path) -> None:
    path = saved(tmp_path, "<html>\n")
    with pytest.raises(DataFileError, match=rf"{path}: line 1: .*\n*Next: check"):
        read_snmprec(path)


def test_an_empty_recording_is_a_device_without_an_answer(tmp_path: Path) -> None:
    assert read_snmprec(saved(tmp_path, "\n")) == (
        Gap("import", "whole file", GapReason.NO_ANSWER, "the capture holds no value"),
    )


def test_a_walk_is_read_with_its_types_and_values_that_run_over_lines(tmp_path: Path) -> None:
    text = (
        ".1.3.6.1.2.1.1.1.0 = STRING: Cisco IOS Software\nTechnical Support: http://example.net\n"
        ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.9.1.716\n"
        ".1.3.6.1.2.1.1.3.0 = Timeticks: (4242) 0:00:42.42\n"
        'iso.3.6.1.2.1.1.5.0 = ""\n'
        ".1.3.6.1.2.1.2.2.1.3.1 = INTEGER: ethernetCsmacd(6)\n"
        ".1.3.6.1.2.1.2.2.1.6.1 = Hex-STRING: 00 E0 FC 01\n02 03 \n"
        '.1.3.6.1.2.1.47.1.1.1.1.12.1 = STRING: "Hua\\"wei"\n'
        ".1.3.6.1.2.1.99 = No Such Object available on this agent at this OID\n"
    )
    observed = read_snmpwalk(saved(tmp_path, text, "box.snmpwalk"))
    assert [(o.at.removeprefix("1.3.6.1.2.1."), o.value) for o in observed if isinstance(o, Observation)] == [
        ("1.1.0", "Cisco IOS Software\nTechnical Support: http://example.net"),
        ("1.2.0", "1.3.6.1.4.1.9.1.716"),
        ("1.3.0", "4242"),
        ("1.5.0", ""),
        ("2.2.1.3.1", "6"),
        ("2.2.1.6.1", "\x00\xe0\xfc\x01\x02\x03"),
        ("47.1.1.1.1.12.1", 'Hua"wei'),
    ]


def test_a_walk_with_unknown_names_says_which_option_to_walk_with(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="snmpwalk -On"):
        read_snmpwalk(saved(tmp_path, "ACME-MIB::acmeName.0 = STRING: x\n"))


def test_command_output_keeps_its_platform_as_a_hint_and_its_command(tmp_path: Path) -> None:
    assert read_cli(saved(tmp_path, "VRP \xff", "v.txt"), "display version", "huawei_vrp") == (
        Observation(Source.SSH_PLATFORM, "", "huawei_vrp"),
        Observation(Source.INVENTORY, "platform", "huawei_vrp"),
        Observation(Source.SSH_COMMAND, "display version", "VRP \xff"),
    )


def test_a_folder_gives_its_captures_sorted_and_an_empty_one_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    paths = [saved(tmp_path, "x", "b.snmprec"), saved(tmp_path / "sub", "x", "a.snmprec")]
    assert tuple(files_of([tmp_path], ".snmprec")) == tuple(sorted(paths))
    with pytest.raises(DataFileError, match="snmpwalk"):
        tuple(files_of([tmp_path], ".snmpwalk"))


@given(st.binary(max_size=400))
def test_any_octets_are_read_or_refused_never_a_crash(octets: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.snmprec"
        path.write_bytes(octets)
        for read in (read_snmprec, read_snmpwalk):
            try:
                observed = read(path)
            except DataFileError as error:
                assert str(path) in str(error)
            else:
                assert observed


@pytest.mark.parametrize(
    ("files", "labels"),
    [
        (("10.0.0.1", "10.0.0.2"), ["10.0.0.1", "10.0.0.2"]),
        (("r1.lon", "r1.par", "r2.txt"), ["r2", "saved/r1.lon", "saved/r1.par"]),
    ],
)
def test_captures_whose_names_are_alike_stay_devices_of_their_own(
    files: tuple[str, ...], labels: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "saved").mkdir()
    for file in files:
        (tmp_path / "saved" / file).write_text(f"what {file} printed\n")
    message = ["import", "cli", "--platform", "huawei_vrp", "--command", "display version", "saved"]
    assert run(message) == 0
    assert [one.subject.key for one in open_store("kitscan.sqlite").evidence(1)] == labels


def test_what_stands_before_the_first_prompt_of_a_log_is_the_greeting(tmp_path: Path) -> None:
    log = "Copyright (c) 2099 Acme Networks\r\n\r\nsw1#show version\nVersion 9.9\nsw1#\n"
    assert read_cli(saved(tmp_path, log, "v.txt"), "show version", "generic")[2:] == (
        Observation(Source.SSH_GREETING, "", "Copyright (c) 2099 Acme Networks"),
        Observation(Source.SSH_COMMAND, "show version", "Version 9.9"),
    )
