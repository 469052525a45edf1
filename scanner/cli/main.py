"""The `kitscan` command: finds the command asked for, and turns every error into a message and an exit code."""

import gc
import sys
from importlib import import_module

import click

from fingerprints.model.errors import KitscanError
from scanner.version import VERSION

COMMANDS = {
    "demo": ("scanner.cli.demo", "Scan a simulated network on this machine and leave a report."),
    "init": ("scanner.cli.init", "Start a project folder with commented files."),
    "doctor": ("scanner.cli.doctor", "Check this machine, credentials and the age of the data."),
    "scan": ("scanner.cli.scan", "Ask the devices in scope who they are, and report."),
    "discover": ("scanner.cli.discover", "Say which addresses answer, without logging in."),
    "import": ("scanner.cli.import_captures", "Make a run of saved captures."),
    "assess": ("scanner.cli.assess", "Report on a run in the store; no network."),
    "explain": ("scanner.cli.explain", "Show the chain from the words seen to the verdict."),
    "identify": ("scanner.cli.identify", "Name a maker from a few values; no store."),
    "runs": ("scanner.cli.runs", "List the runs of a store."),
    "zones": ("scanner.cli.zones", "Test where devices are placed, and suggest it."),
    "policy": ("scanner.cli.policy", "List, show and test the policies."),
    "waivers": ("scanner.cli.waivers", "Check a waivers file."),
    "db": ("scanner.cli.db", "Show, update and verify the fingerprint data."),
}
"""Each command with the module that holds it, imported only when it is called, and its line in the help."""

GARBAGE_THRESHOLDS = (100_000, 50, 100)
"""When Python looks for circular garbage (`gc.set_threshold`). A run makes millions of values that refer to nothing but
texts: looked through every 700, as is usual, they cost a third of its processor time."""

FINDINGS, USAGE, INCOMPLETE, INTERNAL, BUSY, SCOPE_REFUSED, INTERRUPTED = 1, 2, 3, 4, 5, 6, 130


class _Lazily(click.Group):
    """A group whose commands are imported when they are called, so that `--help` stays quick."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        command = import_module(place[0]).command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in COMMANDS.items()])


@click.group(cls=_Lazily, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, message="kitscan %(version)s")
def kitscan() -> None:
    """Find out who really made every box on a network, and which of it the rules forbid where it stands.

    Begin with `kitscan demo`, then `kitscan init`. kitscan only ever reads.
    """


def main() -> None:
    """Run the command line and exit with one of the codes above."""
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; return its exit code. Every error has been told on standard error by then."""
    try:
        code = kitscan.main(arguments, prog_name="kitscan", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted. What was collected is kept: kitscan scan --resume goes on.", err=True)
        return INTERRUPTED
    except KitscanError as error:
        click.echo(f"kitscan: {error}", err=True)
        return _code_of(error)
    except Exception as error:  # noqa: BLE001  the last edge: a person sees one line, never a trace with values in it
        click.echo(f"kitscan: internal error: {_where(error)}", err=True)
        click.echo("Next: run it again with KITSCAN_DEBUG=1 and report what it prints.", err=True)
        return _internal(error)


def _code_of(error: KitscanError) -> int:
    from scanner.scope import ScopeRefused
    from scanner.store.errors import StoreBusyError

    match error:
        case StoreBusyError():
            return BUSY
        case ScopeRefused():
            return SCOPE_REFUSED
        case _:
            return USAGE


def _where(error: Exception) -> str:
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    return f"{type(error).__name__} in {frame.tb_frame.f_code.co_qualname}" if frame else type(error).__name__


def _internal(error: Exception) -> int:
    import os
    import traceback

    if os.environ.get("KITSCAN_DEBUG"):
        traceback.print_tb(error.__traceback__)
    return INTERNAL


if __name__ == "__main__":
    main()
