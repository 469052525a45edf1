"""The `kitscan` command: imports the subcommand, and turns every error into a message and an exit code."""

import sys
from importlib import import_module

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.exit_codes import INTERNAL, USAGE, exit_code_of
from scanner.cli.standard_streams import OutputError, guard_standard_streams
from scanner.garbage import look_seldom
from scanner.stop_signals import StopSignals, leave
from scanner.version import VERSION

COMMANDS = {
    "demo": ("scanner.cli.demo", "Scan a simulated network on this machine and leave a report."),
    "init": ("scanner.cli.init", "Start a project folder with commented files."),
    "doctor": ("scanner.cli.doctor", "Check this machine, credentials and the age of the data."),
    "scan": ("scanner.cli.scan", "Ask the devices in scope who they are, and report."),
    "discover": ("scanner.cli.discover", "Say which addresses answer, without logging in."),
    "targets": ("scanner.cli.target_lists.commands", "Show lists of targets, and compare them with what answered."),
    "import": ("scanner.cli.import_captures", "Make a run of saved captures."),
    "assess": ("scanner.cli.assess", "Report on a run in the store; no network."),
    "audit": ("scanner.cli.auditing.command", "Do one night: scan, assess, tell what changed."),
    "explain": ("scanner.cli.explain", "Say what a device is, by which rules it is judged, and what to do."),
    "diff": ("scanner.cli.comparing.diff", "Say what happened between two runs."),
    "history": ("scanner.cli.comparing.history", "Say when devices were seen, and what changed of them."),
    "identify": ("scanner.cli.identify", "Name a maker from a few values; no store."),
    "runs": ("scanner.cli.runs.commands", "List, prune, export and import the runs of a store."),
    "lab": ("scanner.cli.lab.commands", "Play simulated devices, and run labs of them."),
    "collect": ("scanner.cli.fleet.collect", "Collect a site's scope as signed bundles, on a stick."),
    "collector": ("scanner.cli.fleet.collector", "Do a centre's orders at a site, within its own rules."),
    "fleet": ("scanner.cli.fleet.commands", "Scan and audit many sites, each by its own collector."),
    "receive": ("scanner.cli.fleet.receive", "Take the bundles of sites into the store."),
    "serve": ("scanner.cli.serve", "Show the reports of a store in a browser on this machine."),
    "zones": ("scanner.cli.zones", "Test where devices are placed, and suggest it."),
    "policy": ("scanner.cli.policy.commands", "Choose, list, show, write and test policies."),
    "waivers": ("scanner.cli.waivers", "Check a waivers file."),
    "completion": ("scanner.cli.shell.completion", "Print a completion script for your shell."),
    "db": ("scanner.cli.db", "Show, update and verify the fingerprint data."),
}
"""Each command: the module that holds it, imported only when it is called, and its line in the help."""


class _LazyGroup(click.Group):
    """A group that imports a command when it is called, so that `--help` is quick."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = import_module(entry[0]).command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0].casefold(), COMMANDS, n=2)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, message="kitscan %(version)s")
def kitscan() -> None:
    """Find out who really made every box on a network, and which of it the rules forbid where it stands.

    Begin with `kitscan demo`, then `kitscan init`. kitscan only ever reads devices.
    """


def main() -> None:
    """Run the command line, and exit with one of the codes of `exit_codes`."""
    look_seldom()
    guard_standard_streams()
    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        from scanner.credentials.core_dumps import forbid_core_dumps

        forbid_core_dumps()
    stop = StopSignals()
    code = run(sys.argv[1:], stop)
    code = _flushed(code)
    leave(code, stop)
    sys.exit(code)


def run(arguments: list[str], stop: StopSignals | None = None) -> int:
    """Run one command line and return its exit code. Every error has been printed to standard error by then."""
    with stop or StopSignals() as signals:
        return _run(arguments, signals)


def _run(arguments: list[str], stop: StopSignals) -> int:
    try:
        code = kitscan.main(arguments, prog_name="kitscan", standalone_mode=False, obj=stop)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted." if stop.received is None else f"Interrupted by {stop.name}.", err=True)
        return stop.exit_code
    except OutputError as error:
        return _output_failed(error)
    except KitscanError as error:
        click.echo(f"kitscan: {error}", err=True)
        return exit_code_of(error)
    except Exception as error:  # noqa: BLE001  the last edge: the user sees one line, never a traceback with values in it
        click.echo(f"kitscan: internal error: {_where(error)}", err=True)
        click.echo("Next: run it again with KITSCAN_DEBUG=1 and report what it prints.", err=True)
        return _internal(error)


def _flushed(code: int) -> int:
    """Write out what is still buffered. Returns the exit code, another one if that fails."""
    try:
        sys.stdout.flush()
    except OutputError as error:
        return _output_failed(error)
    return code


def _output_failed(error: OutputError) -> int:
    """A reader that closes early (`| head`) has what it wanted."""
    if error.reader_gone:
        return 0
    click.echo(f"kitscan: {error}", err=True)
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
