"""`kitscan doctor` says whether each destination of notices can be used, and sends nothing."""

from pathlib import Path

import pytest

from scanner.checks.destinations import check_destinations
from scanner.cli.main import run
from scanner.config import parse_config

CANARY = "canary-11f0be"


def checks(block: str, folder: Path) -> list[str]:
    found = check_destinations(parse_config(f"notify:\n{block}", folder).notify, folder)
    return [f"{check.state.value} {check.summary}" for check in found]


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT", f"json://127.0.0.1/{CANARY}")
    monkeypatch.setenv("SHORT", "short")
    monkeypatch.setenv("KEY", f"{CANARY}{CANARY}")
    monkeypatch.delenv("NONE", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


@pytest.mark.parametrize(
    ("entry", "summary"),
    [
        ("to: env:CHAT", "ok notify apprise env:CHAT: can be used (nothing was sent)"),
        ("to: env:NONE", "fail notify apprise env:NONE: the environment variable NONE is not set"),
        ("{webhook: 'env:CHAT', key: 'env:KEY'}", "ok notify webhook env:CHAT: can be used (nothing was sent)"),
        ("{webhook: 'env:CHAT', key: 'env:SHORT'}", "fail notify webhook env:CHAT: the key has fewer than 16 octets"),
        (
            "{webhook: 'env:NONE', key: 'env:KEY'}",
            "fail notify webhook env:NONE: the environment variable NONE is not set",
        ),
        (
            "{webhook: 'env:CHAT', key: 'credential:k'}",
            "warn notify webhook env:CHAT: not checked, for only the systemd service is given the secret",
        ),
        ("syslog: udp://127.0.0.1", "ok notify syslog udp://127.0.0.1:514: can be used (nothing was sent)"),
        ("jsonl: x.jsonl", "ok notify jsonl {folder}/x.jsonl: can be used (nothing was sent)"),
        ("prometheus: /dev/null", "fail notify prometheus /dev/null: it is not a regular file"),
        (
            "jsonl: none/x.jsonl",
            "fail notify jsonl {folder}/none/x.jsonl: {folder}/none is not there or cannot be written",
        ),
    ],
)
def test_each_destination_is_checked(entry: str, summary: str, tmp_path: Path, secrets: None) -> None:
    assert checks(f"  - {entry}\n", tmp_path) == [summary.format(folder=tmp_path)]
    assert not (tmp_path / "x.jsonl").exists()


def test_doctor_prints_them_without_a_secret(
    tmp_path: Path, secrets: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kitscan.yaml").write_text("notify: [{to: env:CHAT}, {to: env:NONE}]\n")
    assert run(["doctor"]) == 2
    printed = capsys.readouterr().out
    assert "fail  notify apprise env:NONE: the environment variable NONE is not set\n" in printed
    assert "ok    notify apprise env:CHAT: can be used (nothing was sent)\n" in printed
    assert CANARY not in printed
