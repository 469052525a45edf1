"""`python -m benchmarks`: every benchmark of speed in turn, each in a process of its own; one that fails is told at the
end."""

import subprocess
import sys

SPEED = (
    "mac",
    "arp",
    "ssh",
    "sweep",
    "shared_limit",
    "walk",
    "judgement",
    "identification",
    "report",
    "receiving",
    "scan",
)


def main() -> None:
    """Run those that were named, or all."""
    failed = []
    for name in sys.argv[1:] or SPEED:
        print(f"\n== python -m benchmarks.{name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
