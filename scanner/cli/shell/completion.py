"""`kitscan completion`: the script that makes a shell complete commands, options and values."""

from pathlib import Path

import click

SHELLS = {"bash": "kitscan.bash", "zsh": "_kitscan", "fish": "kitscan.fish"}
"""Each shell with the name of its file, by which it is found where a system keeps them."""

NAME, VARIABLE = "kitscan", "_KITSCAN_COMPLETE"
"""The program, and the environment variable by which a shell asks it (click's)."""


@click.command("completion")
@click.argument("shell", type=click.Choice(tuple(SHELLS)), required=False)
@click.option(
    "--write",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    hidden=True,
    help="Write all scripts and manual pages into this folder: how the files of the package are made.",
)
@click.pass_context
def command(context: click.Context, shell: str | None, write: Path | None) -> int:
    """Print a completion script: eval "$(kitscan completion bash)" makes this shell complete.

    For each new shell, put that line into ~/.bashrc or ~/.zshrc; for fish, write the script to
    ~/.config/fish/completions/kitscan.fish.
    """
    root = context.find_root().command
    if write is not None:
        for name, content in installed_files(root).items():
            (write / name).write_text(content, encoding="utf-8", newline="")
    elif shell is None:
        raise click.UsageError(f"Name a shell: {', '.join(SHELLS)}.")
    else:
        click.echo(completion_script(root, shell))
    return 0


def completion_script(root: click.Command, shell: str) -> str:
    """The script for one of SHELLS, whatever shells this machine has."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"This version of click knows no {shell}.")
    completer = kind(root, {}, NAME, VARIABLE)
    return completer.source_template % completer.source_vars()


def installed_files(root: click.Command) -> dict[str, str]:
    """All files that the package installs for shells and `man`, by name."""
    from scanner.cli.shell.man_page import man_pages

    scripts = {name: f"{completion_script(root, shell).strip()}\n" for shell, name in SHELLS.items()}
    return scripts | man_pages(root, NAME)
