"""What kitscan promises on a hostile network, measured: each module is one row of docs/reliability.md, and prints it.

`make test` runs each with a small count; `python -m benchmarks.reliability.<module> --help` says how to run more."""
