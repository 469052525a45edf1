"""`kitscan init --schedule nightly`: a service, a timer and a cron line. systemd's own tool reads them; no unit is run,
since the tests have no systemd."""

import ctypes
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fingerprints.model.errors import KitscanError
from scanner.cli.main import run
from scanner.cli.project_files.schedule import Schedule, schedule_files

ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
KITSCAN = Path(sys.executable).with_name("kitscan")
BACKSLASH = "\\"

MAX_EXPOSURE = 20
"""The exposure, times ten, above which systemd's rating of the service is a fault: 2.0 of 10 is `OK`."""


def analyze(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    assert ANALYZE is not None
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": "/usr/lib/systemd/system:/lib/systemd/system"}
    command = [ANALYZE, *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def written(schedule: Schedule, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in schedule_files(schedule):
        (folder / name).write_text(text)
    return folder / "kitscan.service"


def with_layer_2(service: str) -> str:
    """The service with the lines that layer 2 needs, as its comment says."""
    head, _, tail = service.partition("remove the")
    return head + "remove the" + re.sub(r"(?m)^# (?=[A-Z][A-Za-z]+=)", "", tail)


def setting(service: str, name: str) -> list[str]:
    return re.findall(rf"(?m)^{name}=(.*)$", service)


@needs_systemd
@pytest.mark.parametrize("user", ["", "daemon"])
def test_systemd_reads_the_files_without_a_word_and_rates_the_service_well(user: str, tmp_path: Path) -> None:
    service = written(Schedule(tmp_path, KITSCAN, (Path(sys.prefix),), "02:00", "05:00", user), tmp_path / "units")
    for text in (service.read_text(), with_layer_2(service.read_text())):
        service.write_text(text)
        done = analyze("verify", "--man=no", service, service.with_name("kitscan.timer"))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        rated = analyze("security", "--offline=yes", f"--threshold={MAX_EXPOSURE}", service)
        assert rated.returncode == 0, rated.stdout


@needs_systemd
def test_systemd_finds_a_fault_if_there_is_one(tmp_path: Path) -> None:
    service = written(Schedule(tmp_path, Path("/nowhere/kitscan"), (), "02:00"), tmp_path / "units")
    assert "/nowhere/kitscan" in analyze("verify", "--man=no", service).stderr
    service.write_text("[Service]\nExecStart=/bin/true\n")
    assert analyze("security", "--offline=yes", f"--threshold={MAX_EXPOSURE}", service).returncode != 0


@needs_systemd
@pytest.mark.parametrize("name", ["with space", "100%", "$HOME", "a;b", "a:b", "grün", "%n #x"])
def test_a_folder_of_any_name_is_named_right(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    program = folder / "bin" / "kitscan"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    service = written(Schedule(folder, program, (folder,), "02:00", "", "daemon"), tmp_path / "units")
    done = analyze("verify", "--man=no", service)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["a\nExecStartPre=/bin/evil", "a\x1bb", f"a{BACKSLASH}", "a ", "it's", 'a "b"'])
def test_a_folder_that_no_unit_can_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(KitscanError, match="cannot name the path"):
        tuple(schedule_files(Schedule(tmp_path / name, KITSCAN, (), "02:00")))


def test_a_user_of_its_own_writes_into_the_folder(tmp_path: Path) -> None:
    service = written(Schedule(Path("/srv/audit"), KITSCAN, (), "02:00", "05:00", "kitscan"), tmp_path).read_text()
    assert setting(service, "ExecStart") == [f"{KITSCAN} audit --quiet --until 05:00"]
    assert setting(service, "User") == ["kitscan"]
    assert setting(service, "DynamicUser") == []
    assert setting(service, "ReadWritePaths") == ["/srv/audit"]
    assert "\n#   chown -R kitscan /srv/audit\n" in service
    assert "@" not in service.replace("@system-service", "").replace("@privileged", "")


def test_a_user_that_systemd_makes_keeps_its_store_in_its_state_directory(tmp_path: Path) -> None:
    service = written(Schedule(Path("/srv/audit"), KITSCAN, (), "02:00"), tmp_path).read_text()
    assert setting(service, "ExecStart") == [f"{KITSCAN} audit --quiet --store %S/kitscan/kitscan.sqlite"]
    assert setting(service, "DynamicUser") == ["yes"]
    assert setting(service, "StateDirectory") == ["kitscan"]
    assert setting(service, "ReadWritePaths") == []


def test_without_layer_2_the_service_has_no_capability_and_with_it_one(tmp_path: Path) -> None:
    service = written(Schedule(Path("/srv/audit"), KITSCAN, (), "02:00"), tmp_path).read_text()
    assert setting(service, "CapabilityBoundingSet") == setting(service, "AmbientCapabilities") == [""]
    privileged = with_layer_2(service)
    assert setting(privileged, "CapabilityBoundingSet") == ["", "CAP_NET_RAW"]
    assert setting(privileged, "AmbientCapabilities") == ["", "CAP_NET_RAW"]
    assert setting(privileged, "PrivateUsers") == ["yes", "no"]


def test_what_lies_in_a_home_is_bound_into_the_service_and_nothing_else_of_it(tmp_path: Path) -> None:
    home = Path("/home/ann")
    python = (home / "venv", home / "venv" / "lib", Path("/usr"))
    schedule = Schedule(home / "audit", home / "venv" / "bin" / "kitscan", python, "02:00", user="kitscan")
    service = written(schedule, tmp_path).read_text()
    assert setting(service, "ProtectHome") == ["tmpfs"]
    assert setting(service, "BindReadOnlyPaths") == ["/home/ann/venv"]
    assert setting(service, "BindPaths") == ["/home/ann/audit"]
    elsewhere = written(Schedule(Path("/srv/audit"), Path("/opt/k/bin/kitscan"), (), "02:00"), tmp_path).read_text()
    assert (setting(elsewhere, "ProtectHome"), setting(elsewhere, "BindReadOnlyPaths")) == (["yes"], [])


def test_the_timer_and_the_cron_line_begin_at_the_time_given(tmp_path: Path) -> None:
    written(Schedule(Path("/srv/100% ours"), Path("/opt/k/bin/kitscan"), (), "23:05", "05:00", "kit"), tmp_path)
    assert setting((tmp_path / "kitscan.timer").read_text(), "OnCalendar") == ["*-*-* 23:05:00"]
    *comments, line = (tmp_path / "kitscan.cron").read_text().splitlines()
    assert all(comment.startswith("#") for comment in comments)
    assert line == r"5 23 * * * kit cd '/srv/100\% ours' && /opt/k/bin/kitscan audit --quiet --until 05:00"


@needs_systemd
def test_systemd_reads_the_time_of_the_timer(tmp_path: Path) -> None:
    written(Schedule(tmp_path, KITSCAN, (), "23:05"), tmp_path)
    (calendar,) = setting((tmp_path / "kitscan.timer").read_text(), "OnCalendar")
    assert "23:05:00" in analyze("calendar", calendar).stdout


def test_init_writes_them_once_and_never_over_what_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kitscan.timer").write_text("mine\n")
    words = ["init", str(tmp_path), "--schedule", "nightly", "--at", "1:30", "--until", "5:00", "--user", "kitscan"]
    assert run(words) == 0
    assert (tmp_path / "kitscan.timer").read_text() == "mine\n"
    service = (tmp_path / "kitscan.service").read_text()
    assert setting(service, "ExecStart") == [f"{KITSCAN} audit --quiet --until 05:00"]
    assert setting(service, "WorkingDirectory") == [str(tmp_path)]
    assert (tmp_path / "kitscan.cron").read_text().splitlines()[-1].startswith("30 1 * * * kitscan cd ")
    (tmp_path / "kitscan.service").write_text("mine\n")
    assert run(words) == 0
    assert (tmp_path / "kitscan.service").read_text() == "mine\n"
    assert f"kept   {tmp_path}/kitscan.service (already there)\n" in capsys.readouterr().out


def test_without_the_option_there_is_no_schedule(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["credentials.yaml", "kitscan.yaml", "zones.yaml"]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--at", "02:00"], "are about --schedule nightly"),
        (["--schedule", "hourly"], "nightly"),
        (["--schedule", "nightly", "--at", "25:00"], "'25:00' is no time of day; write it as 02:00"),
        (["--schedule", "nightly", "--until", "5"], "'5' is no time of day"),
        (["--schedule", "nightly", "--at", "2:00", "--until", "02:00"], "are the same time"),
        (["--schedule", "nightly", "--user", "root"], "it needs no root"),
        (["--schedule", "nightly", "--user", "a b"], "name a user of its own"),
    ],
)
def test_a_wrong_option_says_what_is_right_and_writes_nothing(
    words: list[str], problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", str(tmp_path / "new"), *words]) == 2
    assert problem in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "new").exists()


PR_SET_MDWE, PR_GET_MDWE, REFUSE_EXEC_GAIN = 65, 66, 1
"""linux/prctl.h: no memory becomes executable that was writable, as MemoryDenyWriteExecute= forbids it."""


def test_kitscan_needs_no_memory_that_is_writable_and_executable(tmp_path: Path) -> None:
    if ctypes.CDLL(None).prctl(PR_GET_MDWE, 0, 0, 0, 0) < 0:
        pytest.skip("the kernel has no PR_SET_MDWE (6.3)")
    (tmp_path / "x.snmprec").write_text("1.3.6.1.2.1.1.1.0|4|x\n")
    program = (
        f"import ctypes; assert ctypes.CDLL(None).prctl({PR_SET_MDWE}, {REFUSE_EXEC_GAIN}, 0, 0, 0) == 0\n"
        "import apprise, cryptography.hazmat.primitives.ciphers, netmiko, pysnmp.hlapi.v3arch.asyncio, sqlalchemy\n"
        "from scanner.cli.main import run\n"
        "assert run(['import', 'snmprec', 'x.snmprec']) == 0\n"
        "assert run(['assess', '--out', 'report.html', '--fail-on', 'never']) == 3\n"
        "assert run(['scan', '127.0.0.1:9', '--probe', 'snmp', '--probe', 'ssh', '--fail-on', 'never']) in (0, 3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
