"""How far a run is: counts for a person who watches. Another thread may read them at any time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from scanner.protocols.probe import Discovery


class Stage(StrEnum):
    """What a run is doing: finding out who is there, or asking those who are."""

    SWEEPING = "sweep"
    ASKING = "asking"


@dataclass(slots=True)
class Progress:
    """`targets` are in scope, `alive` of them showed a sign of life, `asked` will be asked, and `done` of those are."""

    targets: int = 0
    alive: int = 0
    asked: int = 0
    done: int = 0
    stage: Stage = Stage.SWEEPING
    _discoveries: tuple[tuple[Discovery, int], ...] = ()
    _ended: set[str] = field(default_factory=set)

    def begin_sweep(self, targets: int, discoveries: Sequence[Discovery], packets: Sequence[int]) -> None:
        """A sweep begins: of so many further targets, and each discovery with the packets that it takes if all are
        silent. A crawl sweeps once for each of its steps."""
        self.targets += targets
        self.stage, self._ended = Stage.SWEEPING, set()
        self._discoveries = tuple(zip(discoveries, packets, strict=True))

    def end_discovery(self, discovery: Discovery) -> None:
        """A discovery has asked everybody. Targets that answer save packets, so it may have sent fewer than planned."""
        self._ended.add(discovery.name)

    def begin_asking(self, targets: int) -> None:
        """The sweep has ended, and so many further targets are asked now."""
        self.asked += targets
        self.stage = Stage.ASKING

    @property
    def work(self) -> tuple[int, int]:
        """What is done in this stage, and of how much at most: packets in the sweep, then targets.

        A discovery whose packets are not counted (layer 2, which has a rate of its own) is left out. One that has ended
        counts for what it sent.
        """
        if self.stage is Stage.ASKING:
            return self.done, self.asked
        parts = [(min(discovery.sent, packets), packets, discovery.name) for discovery, packets in self._discoveries]
        return sum(sent for sent, *_ in parts), sum(
            sent if name in self._ended else packets for sent, packets, name in parts
        )
