"""Says which columns of the user's own lists are not kept, because their names stand for secrets. It shows no value."""

from collections.abc import Iterable

import click

from scanner.targets.spans import SecretColumn


def tell_secret_columns(columns: Iterable[SecretColumn]) -> None:
    """Name each column on standard error."""
    for column in columns:
        click.echo(secret_column_text(column), err=True)


def secret_column_text(column: SecretColumn) -> str:
    """One column as a sentence."""
    return f"{column.file}: {column.name} is not kept, because its name stands for a secret"
