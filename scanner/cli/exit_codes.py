"""The exit codes of `kitscan`, and which one an error ends with.

A command that a signal ended exits with 128 and the signal's number (`scanner.stop_signals`)."""

from fingerprints.model.errors import KitscanError

FINDINGS = 1
"""There are findings at or above `--fail-on`. Outranks INCOMPLETE."""

USAGE = 2
"""The command line, the configuration or a data file is wrong."""

INCOMPLETE = 3
"""Something in scope could not be assessed, or coverage is below `--min-coverage`."""

INTERNAL = 4
"""A defect in kitscan."""

BUSY = 5
"""Another run is writing to the store."""

SCOPE_REFUSED = 6
"""The scope needs `--yes`, or nothing is left in it."""


UNTOLD = 7
"""An audit could not tell somebody what changed. Outranks INCOMPLETE."""


def exit_code_of(error: KitscanError) -> int:
    """The exit code of a command that ends with this error."""
    from scanner.scope import ScopeRefused
    from scanner.store.errors import StoreBusyError

    match error:
        case StoreBusyError():
            return BUSY
        case ScopeRefused():
            return SCOPE_REFUSED
        case _:
            return USAGE
