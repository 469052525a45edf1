"""Prompts a person for a secret."""

import sys
from contextlib import nullcontext

import click

from scanner.cli.terminal.messages import Messages


def ask(text: str) -> str:
    """Prompt at the terminal, without echo. Raises EOFError if standard input is no terminal."""
    if not sys.stdin.isatty():
        raise EOFError
    with sys.stderr.paused() if isinstance(sys.stderr, Messages) else nullcontext():
        return str(click.prompt(text, hide_input=True, err=True, default="", show_default=False))
