"""Manual pages (man(7) macros) of a click command and of all below it. Pure: the same commands give the same octets."""

from collections.abc import Iterator, Sequence

import click

from scanner.cli.exit_codes import BUSY, FINDINGS, INCOMPLETE, INTERNAL, SCOPE_REFUSED, UNTOLD, USAGE

SECTION = "1"
"""Commands of users (man-pages(7))."""

EXIT_STATUS = {
    0: "Nothing stands in the way.",
    FINDINGS: "There are findings at or above --fail-on. Outranks 3.",
    USAGE: "The command line, the configuration or a data file is wrong.",
    INCOMPLETE: "Something in scope could not be assessed, or coverage is below --min-coverage.",
    INTERNAL: "A defect in kitscan.",
    BUSY: "Another run is writing to the store.",
    SCOPE_REFUSED: "The scope needs --yes, or nothing is left in it.",
    UNTOLD: "An audit could not tell somebody what changed. Outranks 3.",
}
"""As the manual says them. A signal ends a command with 128 and its number."""


def man_pages(root: click.Command, name: str) -> dict[str, str]:
    """The page of each command, by its file name: `kitscan.1`, `kitscan-policy-show.1`."""
    pages: dict[str, str] = {}
    for path, context in _commands(root, (name,), None):
        pages[f"{'-'.join(path)}.{SECTION}"] = "\n".join((*_page(context, path), ""))
    return pages


def _commands(
    command: click.Command, path: tuple[str, ...], parent: click.Context | None
) -> Iterator[tuple[tuple[str, ...], click.Context]]:
    """A command and all below it, each with its words and a context."""
    context = click.Context(command, parent=parent, info_name=path[-1], **command.context_settings)
    yield path, context
    for name, below in _below(context):
        yield from _commands(below, (*path, name), context)


def _below(context: click.Context) -> list[tuple[str, click.Command]]:
    group = context.command
    if not isinstance(group, click.Group):
        return []
    named = [(name, group.get_command(context, name)) for name in group.list_commands(context)]
    return [(name, command) for name, command in named if command is not None and not command.hidden]


def _page(context: click.Context, path: tuple[str, ...]) -> Iterator[str]:
    command, title = context.command, "-".join(path)
    first, *paragraphs = _paragraphs(command.help or "")
    yield f'.TH "{escape(title.upper())}" "{SECTION}" "" "kitscan" "kitscan"'
    yield from (".SH NAME", escape(f"{title} - {first.rstrip('.')}"))
    yield from (".SH SYNOPSIS", f".B {escape(' '.join(path))}")
    yield escape(" ".join(command.collect_usage_pieces(context)))
    yield from (".SH DESCRIPTION", escape(first))
    for paragraph in paragraphs:
        yield from (".PP", escape(paragraph))
    yield from _options(context)
    below = _below(context)
    if below:
        yield ".SH COMMANDS"
        for name, subcommand in below:
            yield from (".TP", f".BR {escape(f'{title}-{name}')} ({SECTION})")
            yield escape(_paragraphs(subcommand.help or "")[0])
    yield ".SH EXIT STATUS"
    for code, meaning in EXIT_STATUS.items():
        yield from (".TP", f".B {code}", escape(meaning))
    others = [*(["-".join(path[:-1])] if len(path) > 1 else []), *(f"{title}-{name}" for name, _ in below)]
    if others:
        yield ".SH SEE ALSO"
        yield " ,\n".join(f".BR {escape(other)} ({SECTION})" for other in others)


def _options(context: click.Context) -> Iterator[str]:
    options = [each for each in context.command.get_params(context) if isinstance(each, click.Option)]
    records = [record for option in options if (record := option.get_help_record(context))]
    if records:
        yield ".SH OPTIONS"
    for names, text in records:
        yield from (".TP", f"\\fB{escape(names)}\\fR", escape(" ".join(text.split())))


def _paragraphs(text: str) -> Sequence[str]:
    """The paragraphs of a docstring, each on one line; one that is empty where there is none."""
    blocks = (" ".join(block.split()) for block in text.partition("\f")[0].split("\n\n"))
    return [block for block in blocks if block] or [""]


def escape(text: str) -> str:
    """Text in which roff sees no request and no escape of its own."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
