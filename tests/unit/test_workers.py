"""How many processes ask, and what a worker tells its parent."""

import pytest

from scanner.rate_limit.traffic import TrafficCounter
from scanner.workers.frames import HEAD, FinishedDevice, FrameKind, finished_of, frame
from scanner.workers.pool import MIN_DEVICES, Jobs


class FourCores(Jobs):
    @property
    def cores(self) -> int:
        return 4


@pytest.mark.parametrize(
    ("asked", "packets", "devices", "workers"),
    [
        (None, None, 10_000, 4),  # no limit: every core
        (None, None, 3 * MIN_DEVICES, 3),
        (None, None, MIN_DEVICES - 1, 0),  # a fork would cost more than it saves
        (None, 1_000.0, 10_000, 0),  # one process sends that much
        (None, 5_000.0, 10_000, 2),
        (1, None, 10_000, 1),
        (7, 1_000.0, 10_000, 7),  # who asks for it gets it
        (7, None, 3, 3),
    ],
)
@pytest.mark.skipif("not __import__('sys').platform.startswith('linux')", reason="elsewhere workers are asked for")
def test_a_run_has_as_many_workers_as_pay_off(
    asked: int | None, packets: float | None, devices: int, workers: int
) -> None:
    assert FourCores(asked, packets).workers(devices) == workers


def test_a_frame_says_of_a_device_what_it_was_made_of() -> None:
    finished = FinishedDevice(("new", "old"), TrafficCounter(5, 2, 3, 1))
    octets = frame(FrameKind.DONE, 7, finished.text())
    kind, number, size = HEAD.unpack(octets[: HEAD.size])
    assert (kind, number, size) == (FrameKind.DONE, 7, len(octets) - HEAD.size)
    assert finished_of(octets[HEAD.size :].decode()) == finished
