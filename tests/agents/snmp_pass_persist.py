"""A pass_persist program for net-snmp: answers from a file of `OID <tab> type <tab> value` lines, so that a real agent
with real security speaks as another device. Octets are given in hex, as pass_persist's `octet` wants them."""

import bisect
import sys
from pathlib import Path


def arcs(text: str) -> tuple[int, ...]:
    return tuple(int(arc) for arc in text.strip().strip(".").split("."))


def main() -> None:
    rows = sorted(
        (arcs(oid), kind, value)
        for oid, kind, value in (line.split("\t") for line in Path(sys.argv[1]).read_text().splitlines())
    )
    names = [name for name, _, _ in rows]
    for line in sys.stdin:
        command = line.strip()
        if not command:
            return
        if command == "PING":
            print("PONG", flush=True)
            continue
        name = arcs(sys.stdin.readline())
        place = bisect.bisect_left(names, name) if command == "get" else bisect.bisect_right(names, name)
        if command in ("get", "getnext") and place < len(rows) and (command == "getnext" or names[place] == name):
            found, kind, value = rows[place]
            print("." + ".".join(map(str, found)), kind, value, sep="\n", flush=True)
        else:
            print("NONE", flush=True)


if __name__ == "__main__":
    main()
