"""Prompts a person for a secret."""

import sys

import click


def ask(text: str) -> str:
    """Prompt at the terminal, without echo. Raises EOFError if standard input is no terminal."""
    if not sys.stdin.isatty():
        raise EOFError
    return str(click.prompt(text, hide_input=True, err=True, default="", show_default=False))
