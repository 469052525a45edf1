"""What a worker tells its parent: frames of a kind, the number of the device, and a text. They hold no secret."""

import json
import struct
from dataclasses import astuple, dataclass
from enum import IntEnum

from scanner.rate_limit.traffic import TrafficCounter

HEAD = struct.Struct("!BII")
"""The head of a frame: its kind, the number of the device, and the octets of the text that follows."""

NUMBER = struct.Struct("!I")
"""What the parent tells a worker: the number of the next device to ask."""


class FrameKind(IntEnum):
    """What a frame tells of a device."""

    ROW = 1
    """A row of evidence: lines of a recording, without secrets."""
    REFUSED = 2
    """The device refused the credential of this name."""
    ERROR = 3
    """A line for the log of the run."""
    DONE = 4
    """The device is finished; the text is a `FinishedDevice`."""


@dataclass(frozen=True, slots=True)
class FinishedDevice:
    """What is left to say when a device is finished: the names of the credentials that it accepted, the last one
    first, and what the worker has sent and received since it said so last."""

    accepted: tuple[str, ...]
    traffic: TrafficCounter

    def text(self) -> str:
        """As the text of a frame."""
        return json.dumps([self.accepted, astuple(self.traffic)])


def finished_of(text: str) -> FinishedDevice:
    """The `FinishedDevice` of a frame."""
    accepted, traffic = json.loads(text)
    return FinishedDevice(tuple(accepted), TrafficCounter(*traffic))


def frame(kind: FrameKind, number: int, text: str = "") -> bytes:
    """The octets of a frame."""
    octets = text.encode()
    return HEAD.pack(kind, number, len(octets)) + octets
