"""`kitscan explain` on saved captures: which run it looks in, near names, and what it echoes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.cli.main import run

CAPTURE = """\
{name}#show version
Cisco IOS Software, C3750 Software (C3750-IPSERVICESK9-M), Version 12.2(55)SE10, RELEASE SOFTWARE (fc2)
cisco WS-C3750G-24TS (PowerPC405) processor (revision D0) with 131072K bytes of memory.
Model number                    : WS-C3750G-24TS-S
System serial number            : FOC1033Y1AB
"""


def imported(*names: str) -> None:
    """A run of captures of devices of these names."""
    for name in names:
        Path(f"{name}.txt").write_text(CAPTURE.format(name=name), encoding="utf-8")
    files = [f"{name}.txt" for name in names]
    assert run(["import", "cli", "--platform", "cisco_ios", "--command", "show version", *files]) == 0


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two runs: the first knows edge-1, the second does not."""
    monkeypatch.chdir(tmp_path)
    imported("edge-1")
    imported("edge-2", "edge-3")
    return tmp_path


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(["explain", *arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_the_short_answer_comes_first_and_the_chain_on_request(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, short, _ = explained(capsys, "edge-2")
    _, whole, _ = explained(capsys, "edge-2", "--evidence")
    assert code == 0
    assert "--evidence   shows the whole chain" in short
    assert "WHY: THE CLAIMS, THE HEAVIEST FIRST" not in short
    assert "WHY: THE CLAIMS, THE HEAVIEST FIRST" in whole


def test_a_newer_run_without_the_device_does_not_hide_it(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, output, said = explained(capsys, "EDGE-1")
    assert (code, "edge-1" in output) == (0, True)
    assert said.startswith("run 2 does not know EDGE-1, so this is run 1 (")


def test_a_run_that_is_named_is_the_only_one_that_is_looked_in(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, said = explained(capsys, "edge-1", "--run", "2")
    assert code == 2
    assert "edge-1: no device of run 2, no policy and no rule has this name" in said


def test_near_names_are_suggested(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, said = explained(capsys, "edgf-2")
    assert "did you mean edge-2" in said


def test_a_policy_that_is_nearly_named_is_suggested(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, said = explained(capsys, "us-889")
    assert said.endswith("Next: did you mean us-889b or us-889a or us-889-grants?\n")


def test_what_the_user_typed_is_echoed_without_its_escape_sequences(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, _, said = explained(capsys, "\x1b]0;owned\x07\x1b[31mred")
    assert "\x1b" not in said
    assert "␛]0;owned␇␛[31mred: no device of run 2" in said


def test_a_percent_sign_is_no_wildcard(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, _ = explained(capsys, "edge%1")
    assert code == 2


def test_the_answers_that_were_kept_are_those_of_a_new_judgement(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    anew = [explained(capsys, "edge-2", *options) for options in ((), ("--evidence",))]
    assert Path("kitscan.sqlite-answers").stat().st_mode & 0o777 == 0o600
    assert [explained(capsys, "edge-2", *options) for options in ((), ("--evidence",))] == anew
    Path("kitscan.sqlite-answers").unlink()
    assert [explained(capsys, "edge-2", *options) for options in ((), ("--evidence",))] == anew


@pytest.mark.usefixtures("store")
def test_an_assessment_keeps_the_answers_and_explain_then_judges_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["assess", "--out", "report.txt", "--fail-on", "never"]) == 0
    monkeypatch.setattr("scanner.cli.explain._judged", lambda *_: pytest.fail("the run was judged again"))
    code, output, _ = explained(capsys, "EDGE-3")
    assert (code, output.splitlines()[3]) == (0, "✓ CLEAR · unclassified")


@pytest.mark.parametrize("options", [("--policy", "us-889a"), ("--zones", "zones.yaml")])
def test_answers_under_other_options_are_not_used(
    store: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    (store / "zones.yaml").write_text("zones: [{name: pop, match: {label: 'edge-*'}, segment: core_ip}]\n")
    _, plain, _ = explained(capsys, "edge-2")
    _, asked, _ = explained(capsys, "edge-2", *options)
    Path("kitscan.sqlite-answers").unlink()
    _, anew, _ = explained(capsys, "edge-2", *options)
    assert asked == anew != plain


def test_a_changed_file_of_the_operator_is_seen(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zones = "zones: [{name: pop, match: {label: 'edge-*'}, segment: SEGMENT}]\n"
    (store / "zones.yaml").write_text(zones.replace("SEGMENT", "core_ip"))
    _, core, _ = explained(capsys, "edge-2", "--zones", "zones.yaml")
    (store / "zones.yaml").write_text(zones.replace("SEGMENT", "fixed_access"))
    _, access, _ = explained(capsys, "edge-2", "--zones", "zones.yaml")
    assert ("CLEAR · core" in core, "CLEAR · non-core" in access) == (True, True)


def test_a_newer_run_is_seen(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    explained(capsys, "edge-2")
    imported("edge-4")
    code, output, _ = explained(capsys, "edge-4")
    assert (code, output.splitlines()[2]) == (0, "edge-4")


def test_a_device_of_the_name_of_a_policy_does_not_hide_the_policy(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported("us-889a")
    first, second = (explained(capsys, "us-889a") for _ in range(2))
    explained(capsys, "edge-2")
    assert "Pub. L. 115-232" in first[1]
    assert first == second == explained(capsys, "us-889a")


def test_a_broken_file_of_answers_is_as_if_it_were_not_there(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    anew = explained(capsys, "edge-2")
    Path("kitscan.sqlite-answers").write_bytes(b"no database")
    assert explained(capsys, "edge-2") == anew


def test_a_folder_that_cannot_be_written_is_no_error(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("scanner.store.answer_index.tempfile.mkstemp", refused)
    code, output, _ = explained(capsys, "edge-2")
    assert (code, "CLEAR" in output, Path("kitscan.sqlite-answers").exists()) == (0, True, False)


def test_nothing_is_kept_of_a_judgement_by_a_file_that_can_be_read_only_once(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading), os.fdopen(writing, "w") as pipe:
        pipe.write("zones: [{name: pop, match: {label: 'edge-*'}, segment: core_ip}]\n")
        pipe.close()
        code, output, _ = explained(capsys, "edge-2", "--zones", f"/dev/fd/{reading}")
    assert (code, "CLEAR · core" in output, (store / "kitscan.sqlite-answers").exists()) == (0, True, False)


def test_a_kept_answer_comes_without_the_libraries_that_take_long(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, kept, _ = explained(capsys, "edge-2")
    program = (
        "import sys; from scanner.cli.main import run; code = run(['explain', 'edge-2'])\n"
        "sys.exit(code or ' '.join({'sqlalchemy', 'pydantic', 'yaml', 'jinja2'} & {*sys.modules}) or 0)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, kept, "")


@pytest.mark.parametrize(
    "words", ["store: other.sqlite\n", "store:   other.sqlite  \n# store: x\n", "'store': other.sqlite\n"]
)
def test_a_store_of_kitscan_yaml_is_found_however_it_is_written(
    store: Path, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    explained(capsys, "edge-2")
    Path("kitscan.sqlite").rename("other.sqlite")
    (store / "kitscan.yaml").write_text(words)
    first, second = (explained(capsys, "edge-2") for _ in range(2))
    assert (first[0], "edge-2" in first[1], first) == (0, True, second)


def test_a_folder_that_is_redacted_from_now_on_shows_no_name_that_was_kept(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    explained(capsys, "edge-2")
    (store / "kitscan.yaml").write_text("redact: true\n")
    code, output, _ = explained(capsys, "edge-2")
    assert (code, "edge-2" in output) == (0, False)
    Path("kitscan.sqlite-answers").unlink()
    explained(capsys, "edge-2")
    assert not Path("kitscan.sqlite-answers").exists()


def test_nothing_is_kept_where_a_file_changes_while_it_is_judged_by(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from scanner.cli.assessment import reporting

    def changing(*given: object) -> object:
        (store / "kitscan.yaml").write_text("policies: [us-889a]\n")
        return judge(*given)  # type: ignore[arg-type]

    judge = reporting.judged_run
    monkeypatch.setattr(reporting, "judged_run", changing)
    code, _, _ = explained(capsys, "edge-2")
    assert (code, Path("kitscan.sqlite-answers").exists()) == (0, False)


def test_a_rule_that_was_changed_without_a_trace_in_its_size_and_time_is_seen(
    store: Path,
) -> None:
    policies = store / "policies"
    policies.mkdir()
    own = policies / "note.yaml"
    own.write_text("# 1\n")
    (store / "kitscan.yaml").write_text("policies_folder: policies\n")
    before = own.stat()
    state = _state_of_folder()
    own.write_text("# 2\n")
    os.utime(own, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert _state_of_folder() != state


def _state_of_folder() -> str | None:
    from scanner.cli.assessment.kept_answers import answer_keeper
    from scanner.cli.options import ReportRequest
    from scanner.config import read_config

    return answer_keeper(ReportRequest(), read_config(Path())).state
