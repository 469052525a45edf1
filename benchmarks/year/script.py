"""The script of the year: what happens to which box on which night, and what an audit must say of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from benchmarks.year.boxes import ACME, GROUPS, HUAWEI, OPTIC_MAKERS, SITES, Box, Optic, make_box
from reports.changes.state.event import Cause, EventKind

SHARE = 0.02
"""Of the devices, how many change a night."""

SILENT_NIGHTS, REVOKED_NIGHTS = 7, 5
"""How many nights a box is silent, and how long no credential opens one."""

LAWS_DAY = date(2027, 1, 1)
"""The day after the deadline of de-contracts-2024 for the 5G core."""


@dataclass(frozen=True, slots=True)
class Expected:
    """An event that a night must tell, of the box of a number. `texts` stand in its `before`, `at` and `after`, where
    they are not empty; `cause` is among its causes."""

    kind: EventKind
    number: int
    before: str = ""
    after: str = ""
    at: str = ""
    cause: Cause | None = None


KINDS_OF_CHANGE = (
    *("firmware", "optic", "renamed", "firmware", "renumbered", "moved", "optic", "silence"),
    *("firmware", "new", "revoked", "renamed", "firmware", "gone", "optic", "moved"),
)
"""What happens, in turn."""


@dataclass(slots=True)
class Script:
    """The network as it stands, and what happens to it. The same for the same numbers."""

    count: int
    nights: int
    boxes: dict[int, Box] = field(default_factory=dict)
    turn: int = 0
    addresses: int = 0
    busy: dict[int, int] = field(default_factory=dict)
    """Boxes to which something happens already, each with the night from which on it is free again."""
    returns: dict[int, list[int]] = field(default_factory=dict)
    owed: set[int] = field(default_factory=set)
    """Boxes that were not read on the night of the newer data, which know their makers."""
    new_tonight: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    """Boxes to which something happens tonight."""
    random: Random = field(default_factory=lambda: Random(15))

    def __post_init__(self) -> None:
        """The network of the first night."""
        self.boxes = {number: make_box(number) for number in range(1, self.count + 1)}

    @property
    def data_night(self) -> int:
        """The night on which the fingerprint data are newer."""
        return self.nights // 2

    def advance(self, night: int, day: date, day_before: date) -> tuple[Expected, ...]:
        """Let a night's changes happen, and return what must be told of them."""
        self.new_tonight.clear()
        self.touched.clear()
        return (
            *self._end_of_absences(night),
            *(event for _ in range(max(round(SHARE * self.count), 1)) for event in self._change(night)),
            *(self._data_update() if night == self.data_night else ()),
            *(self._laws_day() if day_before < LAWS_DAY <= day else ()),
        )

    def names(self) -> dict[int, str]:
        """The names of all boxes that answer."""
        return {number: box.name for number, box in self.boxes.items() if box.answers}

    def _end_of_absences(self, night: int) -> Iterator[Expected]:
        for number in self.returns.pop(night, ()):
            box = self.boxes[number]
            self.boxes[number] = replace(box, answers=True, reads=True)
            self.touched.add(number)
            yield Expected(EventKind.COVERAGE_GAINED if box.answers else EventKind.RETURNED, number)
            if number in self.owed:
                self.owed.discard(number)
                yield Expected(EventKind.IDENTITY, number)

    def _change(self, night: int) -> Iterable[Expected]:
        what = KINDS_OF_CHANGE[self.turn % len(KINDS_OF_CHANGE)]
        self.turn += 1
        if what == "new":
            number = max((*self.boxes, *self.busy)) + 1
            self.boxes[number] = make_box(number)
            self.new_tonight.add(number)
            return self._done(number, night, Expected(EventKind.NEW, number))
        box = self.boxes[self.random.choice([one for one in self.boxes if self.busy.get(one, 0) < night])]
        match what:
            case "firmware":
                return self._firmware(box, night)
            case "optic":
                return self._optic(box, night)
            case "renamed":
                return self._renamed(box, night)
            case "renumbered":
                return self._renumbered(box, night)
            case "moved":
                return self._moved(box, night)
            case "gone":
                self.boxes.pop(box.number)
                self.busy[box.number] = self.nights
                return (Expected(EventKind.GONE, box.number),)
            case _:
                return self._absent(box, night, silent=what == "silence")

    def _done(self, number: int, until: int, *events: Expected) -> tuple[Expected, ...]:
        self.busy[number] = until
        self.touched.add(number)
        return events

    def _firmware(self, box: Box, night: int) -> tuple[Expected, ...]:
        self.boxes[box.number] = replace(box, release=box.release + 1)
        return self._done(box.number, night, Expected(EventKind.VERSION, box.number))

    def _optic(self, box: Box, night: int) -> tuple[Expected, ...]:
        old, *others = box.optics
        maker = OPTIC_MAKERS[(OPTIC_MAKERS.index(old.maker) + 1) % len(OPTIC_MAKERS)]
        new = Optic(old.slot, maker, f"OP{box.number:06d}N{night:04d}")
        self.boxes[box.number] = replace(box, optics=(new, *others))
        event = Expected(EventKind.PART_SWAPPED, box.number, old.serial, new.serial, old.slot)
        return self._done(box.number, night, event)

    def _renamed(self, box: Box, night: int) -> tuple[Expected, ...]:
        name = f"box-{box.number}-n{night}"
        self.boxes[box.number] = replace(box, name=name)
        return self._done(box.number, night, Expected(EventKind.RENAMED, box.number, box.name, name))

    def _renumbered(self, box: Box, night: int) -> tuple[Expected, ...]:
        self.addresses += 1
        address = f"10.200.{self.addresses // 250}.{self.addresses % 250 + 1}"
        self.boxes[box.number] = replace(box, address=address)
        return self._done(box.number, night, Expected(EventKind.READDRESSED, box.number, box.address, address))

    def _moved(self, box: Box, night: int) -> tuple[Expected, ...]:
        group = GROUPS[(GROUPS.index(box.group) + 1) % len(GROUPS)]
        site = SITES[(SITES.index(box.site) + 1) % len(SITES)]
        self.boxes[box.number] = replace(box, group=group, site=site)
        return self._done(box.number, night, Expected(EventKind.MOVED, box.number))

    def _absent(self, box: Box, night: int, *, silent: bool) -> tuple[Expected, ...]:
        length = SILENT_NIGHTS if silent else REVOKED_NIGHTS
        self.boxes[box.number] = replace(box, answers=not silent, reads=silent)
        self.returns.setdefault(night + length, []).append(box.number)
        kind = EventKind.GONE if silent else EventKind.COVERAGE_LOST
        return self._done(box.number, night + length + 1, Expected(kind, box.number))

    def _data_update(self) -> Iterator[Expected]:
        """The newer data know the maker of every ACME box: of those that are read tonight, and later of the others. The
        box itself is the cause where something else happens to it tonight."""
        for number, box in self.boxes.items():
            if box.kind != ACME or number in self.new_tonight:
                continue
            if box.answers and box.reads:
                yield Expected(EventKind.IDENTITY, number, cause=Cause.DATA if self._is_quiet(box) else None)
            else:
                self.owed.add(number)

    def _laws_day(self) -> Iterator[Expected]:
        """What a contract lets stand in the 5G core until the day before is restricted now."""
        for number, box in self.boxes.items():
            if box.kind == HUAWEI and box.group == "core" and self._is_quiet(box):
                yield Expected(EventKind.VERDICT, number, "conditional", "restricted", cause=Cause.DAY)

    def _is_quiet(self, box: Box) -> bool:
        """True if the box answers, is read, and nothing else happens to it tonight."""
        return box.answers and box.reads and box.number not in self.touched
