# SPDX-License-Identifier: GPL-2.0-only
"""The fuzzer of the layer 2 helper: `python -m benchmarks.hostile.fuzz_frames SECONDS FOLDER`.

It is a program of its own, as the helper is, and imports nothing of kitscan but the helper.
"""

import sys
from pathlib import Path
from typing import Any

import atheris

OPENING = bytes.fromhex("0180c200000e00112233445588cc0207040011223344550405056574683006020078")
SEEDS = (
    OPENING + bytes.fromhex("0a03737731100c0501c6336409020000000100fe0900e0fc0748554157450000"),
    bytes.fromhex("01000ccccccc0011223344550020aaaa0300000c200002b40000")
    + bytes.fromhex("0001000973773100020011000000010101cc0004c0000207"),
    bytes.fromhex("ffffffffffff001122334455080600010800060400020011223344550a000001ffffffffffff0a000002") + bytes(18),
    bytes.fromhex("333300000001001122334455")
    + bytes.fromhex("86dd6000000000203aff")
    + bytes(32)
    + bytes.fromhex("8800")
    + bytes(40),
)


def main(seconds: str, folder: str) -> None:
    """Fuzz what the helper reads: frames from the wire."""
    place = Path(folder)
    corpus = place / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(SEEDS):
        (corpus / f"seed-{number}").write_bytes(seed)
    with atheris.instrument_imports(include=["scanner.link_helper"]):
        from scanner.link_helper.frames import parse_arp_reply, parse_nd_advertisement
        from scanner.link_helper.listening import Listener
    from scapy.config import conf
    from scapy.layers.l2 import Dot3, Ether

    conf.contribs["LLDP"].strict_mode_disable()
    listener = Listener(lambda **_line: None)

    def read(octets: bytes) -> None:
        parse_arp_reply(octets)
        parse_nd_advertisement(octets)
        if len(octets) < 14:
            return
        frame: Any = (Ether if octets[12:14] >= b"\x06\x00" else Dot3)(octets)
        frame.sniffed_on = "eth0"
        listener.take(frame)

    limits = ("-timeout=5", "-rss_limit_mb=1024", "-max_len=1600", "-print_final_stats=1")
    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", *limits, f"-artifact_prefix={place}/", str(corpus)], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
