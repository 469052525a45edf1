#!/usr/bin/env python3
"""Sends the frames of a label once a second, until it is killed: `announce.py INTERFACE FRAMES`, as root in the node.

FRAMES is JSON, a list of `[kind, source MAC, [[type, value], ...]]`: kind `cdp` or `lldp`, then the TLVs as their
standard numbers them. A value is text, or octets in hexadecimal behind `hex:`, or `MANY:` and a text to repeat to 511
octets. A length that the frame tells wrongly is a third element of the pair.
"""

import json
import socket
import struct
import sys
import time
from pathlib import Path

LLDP_GROUP, CDP_GROUP = bytes.fromhex("0180c200000e"), bytes.fromhex("01000ccccccc")
CDP_SNAP = bytes.fromhex("aaaa0300000c2000")


def octets(value: str) -> bytes:
    if value.startswith("hex:"):
        return bytes.fromhex(value[4:])
    if value.startswith("MANY:"):
        return (value[5:] * 512).encode()[:511]
    return value.encode()


def lldp_frame(mac: bytes, tlvs: list) -> bytes:
    body = b""
    for kind, value, *told in tlvs:
        length = told[0] if told else len(octets(value))
        body += struct.pack("!H", kind << 9 | length) + octets(value)
    return LLDP_GROUP + mac + struct.pack("!H", 0x88CC) + body


def cdp_frame(mac: bytes, tlvs: list) -> bytes:
    body = b""
    for kind, value, *told in tlvs:
        length = told[0] if told else len(octets(value)) + 4
        body += struct.pack("!HH", kind, length) + octets(value)
    unsummed = b"\x02\xb4\0\0" + body
    padded = unsummed + b"\0" * (len(unsummed) % 2)
    total = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    packet = CDP_SNAP + b"\x02\xb4" + struct.pack("!H", ~total & 0xFFFF) + body
    return CDP_GROUP + mac + struct.pack("!H", len(packet)) + packet


def main(interface: str, frames: str) -> None:
    made = []
    for kind, mac, tlvs in json.loads(frames):
        make = lldp_frame if kind == "lldp" else cdp_frame
        made.append(make(bytes.fromhex(mac.replace(":", "")), tlvs))
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
        link.bind((interface, 0))
        while Path("/sys/class/net", interface).exists():
            for frame in made:
                link.send(frame)
            time.sleep(1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
