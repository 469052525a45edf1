"""Completion scripts and manual pages: made from the command line, and the same wherever they are made."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from scanner.cli import shell
from scanner.cli.main import COMMANDS, kitscan, run
from scanner.cli.shell.completion import SHELLS, completion_script, installed_files
from scanner.cli.shell.man_page import EXIT_STATUS, escape, man_pages
from tests.unit.pty_command import ROOT

INSTALLED = Path(shell.__file__).with_name("installed")


def test_the_files_that_are_installed_are_what_the_command_line_says() -> None:
    """After a change of the command line: `kitscan completion --write scanner/cli/shell/installed`."""
    kept = {path.name: path.read_text(encoding="utf-8") for path in INSTALLED.iterdir()}
    made = installed_files(kitscan)
    assert sorted(kept) == sorted(made)
    assert [name for name in made if kept[name] != made[name]] == []


def test_every_command_has_a_page() -> None:
    pages = man_pages(kitscan, "kitscan")
    assert {"kitscan.1", "kitscan-policy-show.1", *(f"kitscan-{name}.1" for name in COMMANDS)} <= set(pages)


def test_a_page_names_what_a_command_takes_and_how_it_ends() -> None:
    @click.command()
    @click.argument("targets", nargs=-1)
    @click.option("--out-file", metavar="FILE", help="Where to.\n  By default: nowhere.")
    @click.option("--secret-way", hidden=True)
    def command() -> None:
        r"""Do a thing.

        .Not a request, and \fBno escape.
        """

    (page,) = man_pages(command, "do").values()
    head, _, exits = page.partition(".SH EXIT STATUS\n")
    assert head == (
        '.TH "DO" "1" "" "kitscan" "kitscan"\n.SH NAME\ndo \\- Do a thing\n.SH SYNOPSIS\n.B do\n'
        "[OPTIONS] [TARGETS]...\n.SH DESCRIPTION\nDo a thing.\n.PP\n\\&.Not a request, and \\efBno escape.\n"
        ".SH OPTIONS\n.TP\n\\fB\\-\\-out\\-file FILE\\fR\nWhere to. By default: nowhere.\n"
        ".TP\n\\fB\\-\\-help\\fR\nShow this message and exit.\n"
    )
    assert exits.startswith(".TP\n.B 0\n") and exits.count(".TP") == len(EXIT_STATUS)


@pytest.mark.parametrize(("text", "escaped"), [("a-b", r"a\-b"), (".x", r"\&.x"), ("'x", r"\&'x"), (r"\n", r"\en")])
def test_nothing_in_a_text_is_a_request(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_the_pages_are_without_fault_to_groff() -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("no groff here")
    pages = sorted(INSTALLED.glob("*.1"))
    done = subprocess.run([groff, "-man", "-ww", "-z", *pages], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", SHELLS)
def test_a_script_for_each_shell_is_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", name]) == 0
    assert capsys.readouterr().out == f"{completion_script(kitscan, name)}\n"


def test_a_shell_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert (run(["completion"]), "Name a shell: bash, zsh, fish." in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("kitscan as", ["assess"]),
        ("kitscan policy ", ["choose", "list", "new", "show", "test", "timeline"]),
        ("kitscan assess --fail-on ", ["restricted", "review", "conditional", "not_assessed", "never"]),
        ("kitscan scan --res", ["--resume"]),
    ],
)
def test_bash_completes_commands_options_and_values(tmp_path: Path, typed: str, offered: list[str]) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash here")
    program = tmp_path / "kitscan"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m scanner.cli.main "$@"\n')
    program.chmod(0o755)
    words = typed.split(" ")
    script = (
        f"complete() {{ :; }}; . {INSTALLED / 'kitscan.bash'}; COMP_WORDS=({' '.join(words)} ''); "
        f'COMP_WORDS=("${{COMP_WORDS[@]:0:{len(words)}}}"); COMP_CWORD={len(words) - 1}; '
        '_kitscan_completion kitscan; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [bash, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout.split(), done.stderr) == (offered, "")
