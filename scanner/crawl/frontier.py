"""Which announced addresses a crawl asks next, and which it leaves: pure decisions over what was announced so far.

The order is breadth first and the same for the same announcements, whoever answered first. A device that announces
many neighbours gets its share of the count and no more, and shares each step with the others.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from scanner.crawl.announced import AnnouncedNeighbour
from scanner.fence import Admission, Fence
from scanner.targets.addresses import parse_address


@dataclass(frozen=True, slots=True)
class NeighbourReport:
    """What one device that answered announces. `hop` is how far from the scope it stands: 0 is in scope. `namespace` is
    that of the operator's list."""

    address: str
    hop: int
    neighbours: tuple[AnnouncedNeighbour, ...]
    namespace: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FollowedAddress:
    """An address that the crawl asks, its hop, and the device that announced it."""

    address: str
    hop: int
    announced_by: str
    namespace: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LeftNeighbour:
    """A neighbour that the crawl did not ask. `address` is the first that it has; empty if it announces none."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """What became of all announced neighbours. `followed` were asked. `outside` lie outside the fence, `excluded` are
    excluded by the user, `unconfirmed` are public and nobody gave `--yes`, `nowhere` announce no address that a
    device can be asked at. `beyond` lie inside the fence, and beyond its hops or its count. Each is sorted."""

    followed: tuple[FollowedAddress, ...] = ()
    outside: tuple[LeftNeighbour, ...] = ()
    excluded: tuple[LeftNeighbour, ...] = ()
    unconfirmed: tuple[LeftNeighbour, ...] = ()
    nowhere: tuple[LeftNeighbour, ...] = ()
    beyond: tuple[LeftNeighbour, ...] = ()


@dataclass(slots=True)
class Frontier:
    """What a crawl knows: what was announced, whom it followed, and the addresses that answered."""

    fence: Fence
    reports: dict[str, NeighbourReport] = field(default_factory=dict)
    followed: dict[str, FollowedAddress] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)

    def note(self, key: str, report: NeighbourReport) -> None:
        """Note what a device that answered announces, at the hop at which it was followed."""
        found = self.followed.get(report.address)
        self.answered.add(report.address)
        self.reports[key] = replace(report, hop=found.hop if found is not None else 0)

    def next_step(self) -> tuple[FollowedAddress, ...]:
        """The addresses to ask next, and note them as followed. Empty if the crawl has reached its end."""
        step = next_addresses(self.fence, tuple(self.reports.values()), self.followed, self.answered)
        self.followed.update((found.address, found) for found in step)
        return step

    def result(self) -> CrawlResult:
        """What became of all neighbours."""
        return crawl_result(self.fence, self.reports.values(), self.followed)


def next_addresses(
    fence: Fence,
    reports: Sequence[NeighbourReport],
    followed: Mapping[str, FollowedAddress],
    answered: AbstractSet[str],
) -> tuple[FollowedAddress, ...]:
    """The addresses to ask next: the first neighbour of each device, nearest first, then the second of each, until the
    count is reached.

    A neighbour is asked at one address. The next of its addresses is tried if that one stayed silent.
    """
    of_reporter = Counter(found.announced_by for found in followed.values())
    ranked: list[tuple[int, int, FollowedAddress]] = []
    for place, report in enumerate(_nearest_first(reports)):
        if report.hop >= fence.hops:
            break
        candidates = _candidates(fence, report, followed, answered)
        share = max(fence.share - of_reporter[report.address], 0)
        ranked.extend((rank, place, found) for rank, found in zip(range(share), candidates, strict=False))
    chosen: dict[str, FollowedAddress] = {}
    for _, _, found in sorted(ranked, key=lambda entry: entry[:2]):
        if len(followed) + len(chosen) >= fence.devices:
            break
        chosen.setdefault(found.address, found)
    return tuple(chosen.values())


def crawl_result(
    fence: Fence, reports: Iterable[NeighbourReport], followed: Mapping[str, FollowedAddress]
) -> CrawlResult:
    """What became of all neighbours that these devices announce."""
    left: dict[Admission | None, set[LeftNeighbour]] = {}
    for report in reports:
        for neighbour in report.neighbours:
            admission = _admission_of(fence, neighbour, followed)
            if admission is not Admission.IN_SCOPE:
                address = neighbour.addresses[0] if neighbour.addresses else ""
                left.setdefault(admission, set()).add(LeftNeighbour(neighbour.name, address))
    lists = {
        admission: tuple(sorted(found, key=lambda one: (one.name, one.address))) for admission, found in left.items()
    }
    return CrawlResult(
        tuple(followed.values()),
        lists.get(Admission.OUTSIDE, ()),
        lists.get(Admission.EXCLUDED, ()),
        lists.get(Admission.UNCONFIRMED, ()),
        lists.get(Admission.NO_HOST, ()),
        lists.get(Admission.INSIDE, ()),
    )


def _admission_of(fence: Fence, neighbour: AnnouncedNeighbour, followed: Mapping[str, FollowedAddress]) -> Admission:
    """Where a neighbour stands: IN_SCOPE if it was or will be asked at one of its addresses; INSIDE if it could have
    been; EXCLUDED if its name or an address is; else the best that its addresses allow."""
    admissions = {fence.admission(address) for address in neighbour.addresses}
    if Admission.IN_SCOPE in admissions or any(address in followed for address in neighbour.addresses):
        return Admission.IN_SCOPE
    if Admission.EXCLUDED in admissions or fence.forbids_name(neighbour.name):
        return Admission.EXCLUDED
    order = (Admission.INSIDE, Admission.UNCONFIRMED, Admission.OUTSIDE)
    return next((admission for admission in order if admission in admissions), Admission.NO_HOST)


def _candidates(
    fence: Fence,
    report: NeighbourReport,
    followed: Mapping[str, FollowedAddress],
    answered: AbstractSet[str],
) -> Iterator[FollowedAddress]:
    """The addresses of one device's neighbours that may be asked now, one of each neighbour."""
    seen: set[str] = set()
    for neighbour in report.neighbours:
        if any(address in answered or address in seen for address in neighbour.addresses):
            continue
        if fence.forbids_name(neighbour.name):
            continue
        admissions = [(address, fence.admission(address)) for address in neighbour.addresses]
        if any(
            admission is Admission.EXCLUDED for _, admission in admissions
        ):  # it is the excluded device's other address
            continue
        free = (
            address for address, admission in admissions if admission is Admission.INSIDE and address not in followed
        )
        address = next(free, None)
        if address is not None:
            seen.add(address)
            yield FollowedAddress(address, report.hop + 1, report.address, report.namespace)


def _nearest_first(reports: Iterable[NeighbourReport]) -> list[NeighbourReport]:
    return sorted(reports, key=lambda report: (report.hop, _address_order(report.address)))


def _address_order(address: str) -> tuple[int, int, str]:
    parsed = parse_address(address)
    return parsed.version, int(parsed), address
