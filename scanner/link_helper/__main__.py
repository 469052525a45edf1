# SPDX-License-Identifier: GPL-2.0-only
"""ARP and ND sweeps, and listening for LLDP and CDP, as JSON lines.

Request, one line on standard input: `{"ranges": [[first address, last address, zone], ...], "rate": frames a second,
"wait": seconds, "listen": seconds}`. Answers, one a line: `{"segment": interface, "prefix": CIDR}` for each attached
segment; `{"answered": [[address, mac], ...], "interface": name}`; `{"heard": "lldp" or "cdp", "interface", "mac",
"field", "value"}` with the value in hexadecimal; `{"not_kept": fields heard beyond the limits}`; `{"failed": what,
"why": text}`; and at the end `{"done": frames sent, "answers": how many, "held_up": how often this host had no room for
a frame, "cpu": seconds}`. The helper asks only addresses of the request that lie in an attached segment, and sends
nothing else.
"""

import json
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from scanner.link_helper.segments import AttachedSegment, segments
from scanner.link_helper.sweep import SweepCounters, sweep

_lock = threading.Lock()


def write_line(**line: Any) -> None:
    """Write one JSON line. Two threads write, so a lock keeps each line whole."""
    with _lock:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def listen_on_segments(attached: tuple[AttachedSegment, ...], seconds: float) -> None:
    """Listen on the interfaces of all segments. Only this needs scapy, which is slow to load."""
    from scanner.link_helper.listening import listen

    listen(
        sorted({socket.if_indextoname(segment.interface) for segment in attached if not segment.own.is_loopback}),
        seconds,
        write_line,
    )


def main() -> None:
    """Read the request, listen and sweep at the same time, and write a last line with the counts."""
    request = json.loads(sys.stdin.readline())
    counters = SweepCounters()
    attached = run_guarded("segments", segments) or ()
    listener = threading.Thread(target=run_guarded, args=("listen", listen_on_segments, attached, request["listen"]))
    if request["listen"] > 0:
        listener.start()
    arguments_of_sweep = (attached, request["ranges"], request["rate"], request["wait"], write_line, counters)
    run_guarded("sweep", sweep, *arguments_of_sweep)
    if listener.is_alive():
        listener.join()
    write_line(
        done=counters.sent, answers=counters.answers, held_up=counters.held_up, cpu=round(time.process_time(), 3)
    )


def run_guarded(part: str, work: Callable[..., Any], *arguments: Any) -> Any:
    """Run one part. If it fails, write a line that says so; the other part goes on."""
    try:
        return work(*arguments)
    except PermissionError:
        write_line(failed=part, why="CAP_NET_RAW is missing")
    except Exception as error:  # noqa: BLE001 - the reader is a program: it gets a line, whatever failed
        write_line(failed=part, why=type(error).__name__)
    return None


if __name__ == "__main__":
    main()
