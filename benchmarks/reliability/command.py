"""The kitscan command as the measurements start it, and the files that it leaves in their folders."""

import sys

KITSCAN = (sys.executable, "-c", "from scanner.cli.main import main; main()")
STORE, REPORT = "kitscan.sqlite", "report.json"
