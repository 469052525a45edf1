"""Files of a fair size are read in little memory and in a time that grows with them; larger ones are refused."""

import io
import json
import os
import threading
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from fingerprints.database.csv_file import MAX_COLUMNS, read_csv
from fingerprints.model import input_file
from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Gap, GapReason, Observation
from fingerprints.model.repeated import MAX_NAMED, repeated
from reports.placement.placement import UNCLASSIFIED
from reports.placement.zone_match import Zone, ZoneIndex
from scanner.captures import MAX_LINE, read_snmprec, read_snmpwalk
from scanner.cli.main import run
from scanner.targets.read_targets import read_targets
from scanner.targets.target import Ports
from scanner.updates.archive import MAX_FILES, every_yaml_file

LINES = 40_000


ARP = "1.3.6.1.2.1.4.22.1.2.{}.1|4x|001122334455\n"


@pytest.mark.finding(20)
@pytest.mark.parametrize("read", [read_csv, lambda path: read_targets((f"csv:{path}",), Ports(), str)])
def test_a_table_of_very_many_columns_is_refused_at_once(read: object, tmp_path: Path) -> None:
    columns = ",".join(f"c{number}" for number in range(200_000))
    (tmp_path / "wide.csv").write_text(f"address,{columns}\n192.0.2.1,{columns}\n")
    began = time.process_time()
    with pytest.raises(DataFileError, match=r"row 1: 200,001 columns; expected at most 1,000"):
        read(tmp_path / "wide.csv")  # type: ignore[operator]
    assert time.process_time() - began < 5


def test_a_table_of_the_most_columns_is_read(tmp_path: Path) -> None:
    header = ",".join(f"c{number}" for number in range(MAX_COLUMNS))
    (tmp_path / "table.csv").write_text(f"{header}\n{',' * (MAX_COLUMNS - 1)}\n")
    assert len(read_csv(tmp_path / "table.csv").columns) == MAX_COLUMNS


@pytest.mark.finding(20)
def test_names_written_twice_are_found_among_very_many() -> None:
    names = [str(number) for number in range(200_000)]
    began = time.process_time()
    assert repeated([*names, "7", "70", "7"]) == ["7", "70"]
    assert repeated(names * 2) == sorted(names)[:MAX_NAMED]
    assert time.process_time() - began < 5


@pytest.mark.finding(20)
def test_a_zone_of_very_many_is_found_without_looking_at_all() -> None:
    from ipaddress import ip_address, ip_network

    networks = [ip_network((10 << 24 | number << 8, 24)) for number in range(60_000)]
    index = ZoneIndex(tuple(Zone(f"z{number}", (own,), (), UNCLASSIFIED) for number, own in enumerate(networks)))
    began = time.process_time()
    assert all(index.that_may_match(own[9]) == [number] for number, own in enumerate(networks[:2_000]))
    assert index.that_may_match(ip_address("192.0.2.1")) == []
    assert time.process_time() - began < 2


@pytest.mark.finding(20)
@pytest.mark.parametrize(
    ("read", "line", "factor"),
    [
        (read_snmprec, ARP, 0),
        (read_snmprec, "no line of a recording {}\n", 0),
        (read_snmpwalk, ".1.3.6.1.2.1.4.22.1.2.{}.1 = Hex-STRING: 00 11 22 33 44 55\n", 2),
    ],
)
def test_a_long_capture_is_read_line_by_line(read: object, line: str, factor: int, tmp_path: Path) -> None:
    """In the memory of some blocks of 256 KiB with their lines, beside `factor` times the file."""
    path = tmp_path / "long"
    path.write_text("".join(map(line.format, range(LINES // (4 if factor else 1)))))
    with path.open("a") as file:
        file.write(line.replace("{}", "7").replace("no line of a recording 7", "1.3.6.1.2.1.1.1.0|4|x"))
    sum(1 for _ in read_snmprec(Path(__file__).parents[1] / "replay/recordings/huawei-ne40e-x8.snmprec"))  # warm
    tracemalloc.start()
    try:
        kinds = {type(item) for item in read(path)}  # type: ignore[operator]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert kinds <= {Observation, Gap}
    assert peak < 2_500_000 + factor * path.stat().st_size


def test_a_line_without_an_end_is_named_and_not_kept(tmp_path: Path) -> None:
    (tmp_path / "x.snmprec").write_text(
        f"1.3.6.1.2.1.1.1.0|4|x\n1.3.6.1.2.1.1.5.0|4|{'x' * (3 << 20)}\n1.3.6.1.2.1.1.6.0|4|y\n"
    )
    assert [item.value if isinstance(item, Observation) else item for item in read_snmprec(tmp_path / "x.snmprec")] == [
        "x",
        "y",
        Gap("import", "line 2", GapReason.MALFORMED, f"has more than {MAX_LINE:,} bytes"),
    ]


def test_a_capture_that_breaks_off_while_it_is_read_is_never_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(input_file, "PIPE_SECONDS", 1.0)
    reading, writing = os.pipe()
    text = "1.3.6.1.2.1.1.1.0|4|Cisco IOS Software, C2960 Software\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.716\n"
    writer = threading.Thread(target=os.write, args=(writing, (text + "".join(map(ARP.format, range(3_000)))).encode()))
    writer.start()
    try:
        assert run(["import", "snmprec", f"/dev/fd/{reading}", "--store", "s.sqlite"]) == 2
        assert "is a pipe that did not come to its end in 1 s" in capsys.readouterr().err
    finally:
        os.close(reading)
        writer.join()
        os.close(writing)
    run(["assess", "--store", "s.sqlite", "--policy", "us-889a", "--format", "json"])
    (device,) = json.loads(capsys.readouterr().out)["devices"]
    assert device["verdict"] == "not_assessed"


def test_an_archive_of_very_many_empty_members_is_refused_before_they_are_listed() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(MAX_FILES + 1):
            archive.writestr(f"{number}.yaml", b"")
    with pytest.raises(DataFileError, match="has more than 5000 members"):
        every_yaml_file(packed.getvalue(), "pack.zip")
