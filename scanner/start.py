"""The first step of the `kitscan` command: while it loads, Ctrl-C ends it at once and without a trace."""

import signal


def main() -> None:
    """Load the command line and run it (`scanner.cli.main`)."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from scanner.cli import main as program

    program.main()


if __name__ == "__main__":
    main()
