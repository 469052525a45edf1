"""Says which columns of the user's own lists are not kept, because their names stand for secrets. It shows no value."""

from collections.abc import Iterable

import click

from scanner.targets.spans import SecretColumn


def print_secret_columns(columns: Iterable[SecretColumn]) -> None:
    """Name each column on standard error."""
    for column in columns:
        click.echo(format_secret_column(column), err=True)


def format_secret_column(column: SecretColumn) -> str:
    """One column as a sentence."""
    return f"{column.file}: {column.name} is not kept, because its name stands for a secret"
