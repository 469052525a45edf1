# SPDX-License-Identifier: GPL-2.0-only
"""ARP and ND sweeps, and listening for LLDP and CDP, as JSON lines.

Request, one line on standard input: `{"ranges": [[first address, last address, zone], ...], "rate": frames a second,
"wait": seconds, "listen": seconds}`. Answers, one a line: `{"segment": interface, "prefix": CIDR}` for each attached
segment, `{"answered": [[address, mac], ...], "interface": name}`, `{"heard": "lldp" or "cdp", "interface", "mac",
"field", "value"}` with the value in hexadecimal, `{"failed": what, "why": text}`, and at the end `{"done": frames sent,
"answers": how many, "held_up": how often this host had no room for a frame, "cpu": seconds}`. Only addresses of the
request that lie in an attached segment are asked; nothing else is sent.
"""

import json
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from scanner.link_helper.segments import Segment, segments
from scanner.link_helper.sweep import Cost, sweep

_lock = threading.Lock()


def say(**line: Any) -> None:
    """One line. Two threads speak: it stays whole."""
    with _lock:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def hear(attached: tuple[Segment, ...], seconds: float) -> None:
    """Listen on the interfaces of all segments. Only this needs scapy, which takes its time to load."""
    from scanner.link_helper.listening import listen

    listen(sorted({socket.if_indextoname(one.interface) for one in attached if not one.own.is_loopback}), seconds, say)


def main() -> None:
    """Read the request, listen and sweep at the same time, and say when it is over."""
    request = json.loads(sys.stdin.readline())
    cost = Cost()
    attached = guarded("segments", segments) or ()
    hearing = threading.Thread(target=guarded, args=("listen", hear, attached, request["listen"]))
    if request["listen"] > 0:
        hearing.start()
    asked = (attached, request["ranges"], request["rate"], request["wait"], say, cost)
    guarded("sweep", sweep, *asked)
    if hearing.is_alive():
        hearing.join()
    say(done=cost.sent, answers=cost.answers, held_up=cost.held_up, cpu=round(time.process_time(), 3))


def guarded(what: str, work: Callable[..., Any], *arguments: Any) -> Any:
    """Run one part; a part that fails says so and leaves the other to go on."""
    try:
        return work(*arguments)
    except PermissionError:
        say(failed=what, why="CAP_NET_RAW is missing")
    except Exception as error:  # noqa: BLE001  the other end is a program: it gets a line, whatever happened here
        say(failed=what, why=type(error).__name__)
    return None


if __name__ == "__main__":
    main()
