"""Receives datagrams at every address of loopback and prints their rate: `python -m benchmarks.sweep.sink PORT COUNT`.

It prints the packets a second of the first COUNT of them by the kernel's clock, and the most that came in 5 ms.
"""

import socket
import struct
import sys
from bisect import bisect_left

SO_TIMESTAMPNS = 35


def main(port: int, count: int) -> None:
    """Read until there are as many."""
    came: list[float] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        opened.bind(("0.0.0.0", port))
        opened.settimeout(60)
        print("ready", flush=True)
        while len(came) < count:
            _, ancillary, _, _ = opened.recvmsg(2_048, 64)
            seconds, nanoseconds = struct.unpack("@ll", ancillary[0][2])
            came.append(seconds + nanoseconds / 1e9)
    came.sort()
    burst = max(place - bisect_left(came, when - 0.005) + 1 for place, when in enumerate(came))
    print((count - 1) / (came[-1] - came[0]), burst, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
