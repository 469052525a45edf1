"""The command line as a user meets it: quick, helpful, and with exit codes that a script can rely on."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from scanner.cli.main import COMMANDS, run
from tests.warm_kitscan import run_kitscan

KITSCAN = Path(sys.executable).with_name("kitscan")


def kitscan(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return run_kitscan(*words, cwd=folder, timeout=60)


@pytest.mark.alone
@pytest.mark.parametrize(("word", "limit"), [("--version", 0.1), ("--help", 0.2)])
def test_it_is_there_before_you_notice(tmp_path: Path, word: str, limit: float) -> None:
    """The quickest of several, for a busy machine only ever makes it slower. On a slow machine the limit is eight times
    what Python itself takes to start."""
    python, started = [], []
    for _ in range(9):
        python.append(seconds_of(tmp_path, sys.executable, "-I", "-c", "pass"))
        started.append(seconds_of(tmp_path, str(KITSCAN), word))
    assert min(started) < max(limit, 8 * min(python))


def seconds_of(folder: Path, *command: str) -> float:
    """By the clock, of a command that succeeds."""
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=True)
    return time.perf_counter() - began


@pytest.mark.parametrize("words", [("--help",), ("identify", "--mac", "00:e0:fc:01:02:03"), ("identify",)])
def test_a_start_from_a_process_that_has_imported_kitscan_is_as_any_other(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Most tests start kitscan so."""
    own = subprocess.run([KITSCAN, *words], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    warm = kitscan(tmp_path, *words)
    assert (warm.returncode, warm.stdout, warm.stderr) == (own.returncode, own.stdout, own.stderr)


def test_a_start_from_such_a_process_is_ended_when_its_time_is_over(tmp_path: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run_kitscan("db", "verify", cwd=tmp_path, timeout=0.01)
    assert kitscan(tmp_path, "--version").returncode == 0


@pytest.mark.parametrize("words", [["--version"], ["--help"], []])
def test_nothing_slow_is_imported_before_a_command_is_known(words: list[str]) -> None:
    """Each of these takes longer than all of kitscan's own modules that a start needs."""
    slow = ("asyncio", "dataclasses", "pathlib", "pydantic", "sqlalchemy", "ssl", "socket", "subprocess", "yaml")
    program = (
        f"import sys; from scanner.cli.main import run; run({words}); print([m for m in {slow} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    assert "Usage: kitscan " + command in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("scan",), "name a target"),
        (("scan", "10.0.0.0/8"), "more than 1,024"),
        (("scan", "8.8.8.8"), "--yes"),
        (("scan", "192.0.2.1", "--exclude", "192.0.2.0/24"), "nothing is left"),
        (("scan", "192.0.2.300"), "expected"),
        (("scan", "nothing-here.csv"), "there is no file"),
        (("assess", "--as-of", "yesterday"), "2018-12-31"),
        (("assess", "--store", "none.sqlite"), "no such store"),
        (("assess", "--policy", "us-889"), "us-889a"),
        (("import", "snmprec", "none"), "is not there"),
        (("import", "cli", "--platform", "vrp", "--command", "display version", "x"), "huawei_vrp"),
        (("identify",), "give at least one value"),
        (("identify", "--mac", "00:e0:fc"), "has 3 octets, not 6"),
        (("identify", "--engine-id", "zz"), "is not hexadecimal"),
        (("policy", "show", "gb-dvd"), "gb-dvd-huawei-2022"),
        (("waivers", "check", "none.yaml"), "none.yaml"),
        (("frobnicate",), "No such command"),
    ],
)
def test_a_wrong_word_is_answered_with_what_is_right(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    if words[:2] == ("assess", "--policy"):
        (tmp_path / "x.snmprec").write_text("1.3.6.1.2.1.1.1.0|4|x\n")
        assert kitscan(tmp_path, "import", "snmprec", "x.snmprec").returncode == 0
    done = kitscan(tmp_path, *words)
    refused = words[0] == "scan" and words[1:2] in (("10.0.0.0/8",), ("8.8.8.8",), ("192.0.2.1",))
    assert (done.returncode, done.stdout) == (6 if refused else 2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_exit_codes_say_what_the_report_holds(tmp_path: Path) -> None:
    (tmp_path / "huawei.snmprec").write_text(
        "1.3.6.1.2.1.1.1.0|4|Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180\n"
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2011.2.62.2.9\n"
    )
    (tmp_path / "empty.snmprec").write_text("\n")
    assert kitscan(tmp_path, "import", "snmprec", ".").stdout == "1\n"
    assert kitscan(tmp_path, "assess", "--format", "json").returncode == 1
    assert kitscan(tmp_path, "assess", "--fail-on", "never").returncode == 3
    (tmp_path / "empty.snmprec").unlink()
    assert kitscan(tmp_path, "import", "snmprec", ".").stdout == "2\n"
    assert kitscan(tmp_path, "assess", "--fail-on", "never").returncode == 0


def test_a_reader_that_goes_away_changes_no_exit_code(tmp_path: Path) -> None:
    (tmp_path / "x.snmprec").write_text("1.3.6.1.2.1.1.1.0|4|x\n")
    kitscan(tmp_path, "import", "snmprec", "x.snmprec")
    script = f"{KITSCAN} assess --format html | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "")


def test_a_program_that_calls_kitscan_may_take_what_it_prints() -> None:
    program = (
        "import contextlib, io, sys\n"
        "from scanner.start import main\n"
        "out, err = io.StringIO(), io.StringIO()\n"
        "def run(*words):\n"
        "    sys.argv = ['kitscan', *words]\n"
        "    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.suppress(SystemExit):\n"
        "        main()\n"
        "run('--version')\n"
        "run('identify')\n"
        "print(repr((out.getvalue()[:8], 'kitscan' in err.getvalue())))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("('kitscan ', True)\n", "")
