"""The page of every command: its usage, what it does, its arguments and options, and the exit codes."""

from collections.abc import Iterator

import click

from scanner.cli.main import kitscan
from scanner.cli.shell.man_page import EXIT_STATUS
from scanner.stop_signals import STOP_SIGNALS
from tests.project.reference.markdown import cell, escaped

OPENING = """# Every command

Made from the command line itself by `python -m tests.project.reference`; a test fails where it is not
current. The same text is in the manual pages (`man kitscan-scan`) and behind `--help`.

## Exit codes

"""


def commands_page() -> str:
    """The whole page, ending with a newline."""
    return OPENING + "\n".join((*_exit_codes(), "", *_sections()))


def _exit_codes() -> Iterator[str]:
    yield from ("| code | means |", "|---|---|")
    for code, meaning in EXIT_STATUS.items():
        yield f"| {code} | {cell(escaped(meaning))} |"
    for number in STOP_SIGNALS:
        yield f"| {128 + number} | {number.name} ended the command. A scan had reported what it had by then. |"


def _sections() -> Iterator[str]:
    for path, context in each_command(kitscan, ("kitscan",), None):
        yield f"## {' '.join(path)}"
        yield ""
        yield from ("```text", " ".join((*path, *context.command.collect_usage_pieces(context))), "```", "")
        for paragraph in _paragraphs(context.command.help or ""):
            yield from (escaped(paragraph), "")
        options = list(_options(context))
        yield from (*options, "") if options else ()


def each_command(
    command: click.Command, path: tuple[str, ...], parent: click.Context | None
) -> Iterator[tuple[tuple[str, ...], click.Context]]:
    """A command and all that are not hidden below it, each with its words and a context."""
    context = click.Context(command, parent=parent, info_name=path[-1], **command.context_settings)
    yield path, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from each_command(below, (*path, name), context)


def _options(context: click.Context) -> Iterator[str]:
    for option in context.command.get_params(context):
        record = option.get_help_record(context) if isinstance(option, click.Option) else None
        if record:
            names, text = record
            yield f"- `{names}`" + (f": {escaped(' '.join(text.split()))}" if text.strip() else "")


def _paragraphs(text: str) -> list[str]:
    blocks = (" ".join(block.split()) for block in text.partition("\f")[0].split("\n\n"))
    return [block for block in blocks if block]
