"""Asking a person for a secret, where there is one to ask."""

import sys

import click


def ask(words: str) -> str:
    """Ask the person at the terminal for a secret, unseen. Raises EOFError where there is none."""
    if not sys.stdin.isatty():
        raise EOFError
    return str(click.prompt(words, hide_input=True, err=True, default="", show_default=False))
