#!/usr/bin/env python3
"""net-snmp pass_persist program for what snmpd itself lacks: BRIDGE-MIB from the kernel's bridge, ENTITY-MIB from
/run/node/entity.json."""

import json
import sys
from bisect import bisect_right
from pathlib import Path

BRIDGE, ENTITY = (1, 3, 6, 1, 2, 1, 17), (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
COLUMNS = {
    "descr": (2, "string"),
    "containedin": (4, "integer"),
    "class": (5, "integer"),
    "name": (7, "string"),
    "hw": (8, "string"),
    "fw": (9, "string"),
    "sw": (10, "string"),
    "serial": (11, "string"),
    "mfg": (12, "string"),
    "model": (13, "string"),
}
Rows = dict[tuple[int, ...], tuple[str, str]]


def octets(raw: bytes) -> tuple[str, str]:
    return "octet", " ".join(f"{octet:02X}" for octet in raw)


def bridge() -> Rows:
    """dot1dBaseBridgeAddress, the ports, and what the bridge has learned (struct __fdb_entry of the kernel)."""
    folder = Path("/sys/class/net/br0")
    if not folder.exists():
        return {}
    rows: Rows = {(*BRIDGE, 1, 1, 0): octets(bytes.fromhex((folder / "address").read_text().strip().replace(":", "")))}
    for port in sorted((folder / "brif").iterdir()):
        number = int((port / "port_no").read_text(), 16)
        index = Path("/sys/class/net", port.name, "ifindex").read_text().strip()
        rows[(*BRIDGE, 1, 4, 1, 1, number)] = ("integer", str(number))
        rows[(*BRIDGE, 1, 4, 1, 2, number)] = ("integer", index)
    raw = (folder / "brforward").read_bytes()
    for start in range(0, len(raw), 16):
        entry = raw[start : start + 16]
        rows[(*BRIDGE, 4, 3, 1, 1, *entry[:6])] = octets(entry[:6])
        rows[(*BRIDGE, 4, 3, 1, 2, *entry[:6])] = ("integer", str(entry[6]))
    return rows


def entity() -> Rows:
    """entPhysicalTable."""
    rows: Rows = {}
    for number, part in enumerate(json.loads(Path("/run/node/entity.json").read_text()), 1):
        for name, value in part.items():
            column, kind = COLUMNS[name]
            rows[(*ENTITY, column, number)] = (kind, str(value))
    return rows


def answer(command: str, oid: tuple[int, ...]) -> str:
    rows = {**bridge(), **entity()}
    order = sorted(rows)
    if command == "getnext":
        place = bisect_right(order, oid)
        if place == len(order):
            return "NONE"
        oid = order[place]
    if oid not in rows:
        return "NONE"
    kind, value = rows[oid]
    return f".{'.'.join(map(str, oid))}\n{kind}\n{value}"


def main() -> None:
    """The pass_persist protocol: PING, get and getnext on standard input."""
    for line in sys.stdin:
        command = line.strip()
        if command == "PING":
            print("PONG", flush=True)
        elif command in ("get", "getnext"):
            oid = tuple(int(arc) for arc in sys.stdin.readline().strip().strip(".").split("."))
            print(answer(command, oid), flush=True)
        else:
            print("NONE", flush=True)


if __name__ == "__main__":
    main()
