"""Says in words what was read of a list of targets: what was skipped and why, and the notes of its reader."""

from collections.abc import Iterable
from typing import assert_never

import click

from reports.document.sanitize import sanitize
from scanner.cli.secret_columns import print_secret_columns
from scanner.targets.entry import InventoryNote, NoteKind, SkipReason
from scanner.targets.spans import ReadList, Targets

SKIPPED = {
    SkipReason.NO_ADDRESS: "has no address",
    SkipReason.NOT_A_HOST: "has no address, and its name is no host name",
    SkipReason.NOT_ACTIVE: "is not active",
    SkipReason.LOCAL: "is this machine, or a group of machines",
    SkipReason.DOWN: "is down",
    SkipReason.TEMPLATE: "has a template for an address; ansible-inventory:FILE fills it in",
    SkipReason.CHASSIS_MEMBER: "is a member of a chassis, whose master answers",
    SkipReason.NO_DEVICE: "is no device",
}
"""Why an entry is no target."""


def print_lists(targets: Targets) -> None:
    """Say on standard error which columns of lists are not kept, which lists were read in part, and which notes their
    readers have."""
    print_secret_columns(targets.secret_columns)
    for read in targets.lists:
        for line in _lines(read):
            click.echo(line, err=True)


def _lines(read: ReadList) -> Iterable[str]:
    file = sanitize(read.file, 200)
    if read.skipped:
        count = sum(number for _, number in read.skipped)
        reasons = "; ".join(f"{number:,}: {SKIPPED[reason]}" for reason, number in read.skipped)
        yield f"{file}: {read.entries:,} read as {read.kind}, {count:,} skipped ({reasons}). See kitscan targets show"
    for note in read.notes:
        if note.kind not in (NoteKind.ALSO_READ, NoteKind.ADDRESS_COLUMN):
            yield f"{file}: {format_note(note)}"


def format_note(note: InventoryNote) -> str:
    """A note as a sentence."""
    subject = sanitize(note.subject, 200)
    match note.kind:
        case NoteKind.ENCODING:
            return f"the text is in {subject}"
        case NoteKind.ADDRESS_COLUMN:
            return f"the column {subject} is read as an address"
        case NoteKind.ENCRYPTED:
            return f"{subject} is encrypted, and is not read"
        case NoteKind.MORE_PAGES:
            return f"this is a part of the answer ({subject}); the rest is not in the file"
        case NoteKind.ALSO_READ:
            return f"{subject} is read too"
        case NoteKind.NOT_READ:
            return f"not read: {subject}"
        case NoteKind.OUTSIDE_NETWORK:
            return f"outside the management network that the lab declares: {subject}"
        case NoteKind.OF_ENVIRONMENT:
            return f"not kept, because it comes from an environment variable: {subject}"
        case _:
            assert_never(note.kind)
