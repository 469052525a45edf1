"""A segment of 4,096 stations in two network namespaces joined by a veth pair. It needs root.

The kernel of one namespace answers ARP for all stations; whoever asks runs in the other.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_network

STATIONS_PREFIX = ip_network("10.66.16.0/20")
STATIONS = STATIONS_PREFIX.num_addresses
FIRST, LAST = str(STATIONS_PREFIX[0]), str(STATIONS_PREFIX[-1])
OWN, ROUTER, LENGTH = "10.66.0.1", "10.66.0.2", 18
"""Who asks, an address of who answers, and how wide the segment is around both and the stations."""

Inside = Callable[..., list[str]]
"""A command line that runs another one in the namespace that asks."""


@contextmanager
def segment() -> Iterator[Inside]:
    """The segment, up until the block is left. Raises subprocess.CalledProcessError where it cannot be made."""
    asks, answers = f"kitscan-{os.getpid()}a", f"kitscan-{os.getpid()}b"
    with ExitStack() as stack:
        for name in (asks, answers):
            _ip("netns", "add", name)
            stack.callback(_ip, "netns", "del", name)
        _ip("link", "add", "asks", "netns", asks, "type", "veth", "peer", "answers", "netns", answers)
        for name, link, address in ((asks, "asks", OWN), (answers, "answers", ROUTER)):
            _ip("-n", name, "link", "set", "lo", "up")
            _ip("-n", name, "link", "set", link, "up")
            _ip("-n", name, "address", "add", f"{address}/{LENGTH}", "dev", link)
        _ip("-n", answers, "route", "add", "local", str(STATIONS_PREFIX), "dev", "lo")
        yield lambda *command: ["ip", "netns", "exec", asks, *command]


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=30)
