"""What the threads of a collector share: what it is doing, its clock, and whether it ends."""

from dataclasses import dataclass, field
from threading import Event


@dataclass(slots=True)
class CollectorState:
    """`working_on` names a slice, empty for none. `clock_offset` is None before an order came. `news` is set where
    something waits to be sent, `ending` once the collector ends."""

    working_on: str = ""
    clock_offset: float | None = None
    news: Event = field(default_factory=Event)
    ending: Event = field(default_factory=Event)
    _offset_of: str = ""

    def note_offset(self, run: str, offset: float) -> None:
        """Note how far this clock was ahead when an order of a run came. An order that waited makes it look further
        ahead than it is: the least of a run is the nearest."""
        if self.clock_offset is None or run != self._offset_of:
            self.clock_offset, self._offset_of = offset, run
        self.clock_offset = min(self.clock_offset, offset)

    def end(self) -> None:
        """Let every thread end."""
        self.ending.set()
        self.news.set()
