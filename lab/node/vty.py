#!/usr/bin/env python3
"""A login shell that plays a device's command line and writes down every line it receives.

/run/node/cli.json holds prompt, commands and the answer to an unknown one; `shell: true` hands lines to sh instead.
"""

import json
import subprocess
import sys
from pathlib import Path

DEVICE = json.loads(Path("/run/node/cli.json").read_text())
LEAVE = {"quit", "exit", "logout"}


def answer(line: str) -> str:
    """What the device prints for one line."""
    if DEVICE.get("shell"):
        done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=10, check=False)
        return done.stdout + done.stderr
    if line in DEVICE.get("silent", []):
        return ""
    return DEVICE["commands"].get(line, DEVICE["unknown"] + "\n")


def main() -> None:
    """Read lines until the session is left."""
    with Path("/run/node/lines.log").open("a", buffering=1) as log:
        while True:
            sys.stdout.write(DEVICE["prompt"])
            sys.stdout.flush()
            line = sys.stdin.readline()
            if not line:
                return
            log.write(line.rstrip("\r\n") + "\n")
            line = " ".join(line.split())
            if line in LEAVE:
                return
            if line:
                sys.stdout.write(answer(line))


if __name__ == "__main__":
    main()
