"""kitscan.yaml: its defaults, all its options, and the commented files that a folder starts with."""

import os
import re
import stat
from datetime import date
from pathlib import Path

import pytest

from reports.placement.zones import read_zones
from scanner.cli.main import run
from scanner.config import Config, Operator, _ConfigFile, read_config
from scanner.credentials.book import read_credentials
from scanner.targets.target import Ports

EVERYTHING = """\
targets: [10.0.0.0/24, devices.csv]
exclude: [10.0.0.13]
credentials: credentials.yaml
profile: gentle
probes: [snmp, ssh]
ports: {snmp: 1161, ssh: 2222}
store: evidence.sqlite
known_hosts: hosts
zones: zones.yaml
waivers: waivers.yaml
rules: rules
policies_folder: policies
policies: [us-889a]
operator: {jurisdictions: [gb], bound_as: [provider], policies: [gb-dvd-huawei-2022]}
as_of: 2026-01-31
fail_on: never
min_coverage: 95
format: html
out: report.html
"""


def test_a_folder_without_a_file_says_nothing(tmp_path: Path) -> None:
    assert read_config(tmp_path) == Config(tmp_path)


def test_every_option_is_read_and_paths_start_at_the_folder(tmp_path: Path) -> None:
    (tmp_path / "kitscan.yaml").write_text(EVERYTHING)
    assert read_config(tmp_path) == Config(
        folder=tmp_path,
        store=f"{tmp_path}/evidence.sqlite",
        known_hosts=tmp_path / "hosts",
        targets=("10.0.0.0/24", "devices.csv"),
        exclude=("10.0.0.13",),
        credentials=tmp_path / "credentials.yaml",
        profile="gentle",
        probes=("snmp", "ssh"),
        ports=Ports(1161, 2222),
        zones=tmp_path / "zones.yaml",
        waivers=tmp_path / "waivers.yaml",
        rules=tmp_path / "rules",
        policies_folder=tmp_path / "policies",
        policies=("us-889a",),
        operator=Operator(("gb",), ("provider",), ("gb-dvd-huawei-2022",)),
        as_of=date(2026, 1, 31),
        fail_on="never",
        min_coverage=95.0,
        format="html",
        out=(tmp_path / "report.html",),
    )


def test_a_database_url_is_no_path(tmp_path: Path) -> None:
    (tmp_path / "kitscan.yaml").write_text("store: postgresql://audit@db.example/kitscan\n")
    assert read_config(tmp_path).store == "postgresql://audit@db.example/kitscan"


def test_init_writes_three_files_that_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init"]) == 0
    config = read_config(tmp_path)
    assert config == Config(tmp_path, credentials=tmp_path / "credentials.yaml", zones=tmp_path / "zones.yaml")
    assert config.credentials is not None and config.zones is not None
    assert read_credentials(config.credentials, input).names("10.0.0.1") == ()
    assert [zone.name for zone in read_zones(config.zones).zones] == ["core-routers", "access"]


def test_init_gives_the_credentials_file_to_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert run(["init", str(tmp_path / "new" / "folder")]) == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new" / "folder" / "credentials.yaml").stat().st_mode) == 0o600


def test_init_keeps_what_is_there_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "zones.yaml").write_text("mine\n")
    assert run(["init", str(tmp_path)]) == 0
    assert (tmp_path / "zones.yaml").read_text() == "mine\n"
    assert f"kept   {tmp_path}/zones.yaml (already there)\n" in capsys.readouterr().out


def test_init_in_a_place_that_cannot_be_written_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert run(["init", str(tmp_path / "file" / "folder")]) == 2
    assert f"{tmp_path}/file" in capsys.readouterr().err


def test_the_commented_file_shows_every_option_and_each_is_right(tmp_path: Path) -> None:
    run(["init", str(tmp_path)])
    path = tmp_path / "kitscan.yaml"
    lines = path.read_text().splitlines()
    options = [re.sub(r"^# (?=[a-z_]+:|  [a-z_]+:)", "", line) for line in lines]
    path.write_text("\n".join(line for line in options if not line.startswith("#")))
    read_config(tmp_path)
    shown = {line.partition(":")[0] for line in options if re.match(r"[a-z_]+:", line)}
    assert shown == set(_ConfigFile.model_fields)


def test_the_commented_credentials_are_right(tmp_path: Path) -> None:
    run(["init", str(tmp_path)])
    path = tmp_path / "credentials.yaml"
    entries = path.read_text().partition("credentials: []\n")[2]
    path.write_text("credentials:\n" + re.sub(r"^#", "", entries, flags=re.MULTILINE))
    assert read_credentials(path, input).names("10.1.0.1") == ("v3", "cli", "ro")
