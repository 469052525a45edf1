"""The page that tells strangers how to add a fingerprint, done as it says in an empty folder."""

import re
import textwrap
from pathlib import Path

import pytest

from scanner.cli.main import run

PAGE = Path(__file__).parents[2] / "fingerprints" / "README.md"
STEP = re.compile(
    r"(?s)(?:Write `(?P<file>[\w./-]+)`[^\n]*(?:\n[^\n`]+)*\n\n)? *```(?P<kind>\w+)\n(?P<body>.*?) *```\n"
)


def steps() -> list[tuple[str | None, str, str]]:
    """The blocks of the page: the file that one is, its language, its text without indentation."""
    page = PAGE.read_text(encoding="utf-8").partition("## What a rule may say")[0]
    return [(found["file"], found["kind"], textwrap.dedent(found["body"])) for found in STEP.finditer(page)]


def test_a_stranger_who_does_what_the_page_says_has_a_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = []
    for file, kind, body in steps():
        if file is not None:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
            Path(file).write_text(body, encoding="utf-8")
            done.append(file)
        elif kind == "console":
            for typed, shown in re.findall(r"(?ms)^\$ kitscan (.*?)\n(.*?)(?=^\$ |\Z)", body):
                line, _, code = typed.partition("  # exit ")
                done.append(line.split()[0])
                words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line)]
                assert run(words) == int(code or 0)
                expected = re.escape(shown).replace(r"\.\.\.", ".*?")
                assert re.fullmatch(f"(?s){expected}\\s*", capsys.readouterr().out)
    assert done == ["kitscan.yaml", "rules/acme/r-series.yaml", "db", "rules/companies.tsv", "db", "identify"]
