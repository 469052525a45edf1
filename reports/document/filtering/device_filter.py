"""Some of a document's devices: those that a reader asks for. What was not assessed, and the coverage, stay whole."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from fingerprints.model.device import Watched, WatchLevel
from reports.document.document import Document, Filtered, ReportedDevice
from reports.policy.verdict import Verdict


@dataclass(frozen=True, slots=True)
class DeviceFilter:
    """Which devices are wanted: of each kind of condition that is not empty, one must hold. `makers` are ids of
    companies."""

    verdicts: tuple[Verdict, ...] = ()
    zones: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()

    def wants(self, judged: ReportedDevice) -> bool:
        """True if a device is wanted. Sites are compared without case; a maker is wanted where it may stand behind the
        device or a part of it, also by a tie that is only possible."""
        site = (judged.placement.site or "").casefold()
        return (
            (not self.verdicts or judged.verdict in self.verdicts)
            and (not self.zones or judged.placement.zone in self.zones)
            and (not self.sites or site in {wanted.casefold() for wanted in self.sites})
            and (not self.makers or not companies_behind(judged).isdisjoint(self.makers))
        )


def companies_behind(judged: ReportedDevice) -> frozenset[str]:
    """The ids of all companies that may be behind a device or a part of it, also those that contradict its vendor."""
    device, identity = judged.device, judged.device.identity
    parties = (
        *(identity.vendor, identity.made_by, identity.platform, identity.owner, identity.formerly),
        *(difference.other for difference in identity.conflicts),
        *(part.made_by for part in device.components),
    )
    ties = (*device.watched, *(tie for part in device.components for tie in part.watched))
    return frozenset((*(party.id for party in parties if party is not None), *_tied(ties)))


def _tied(ties: tuple[Watched, ...]) -> Iterator[str]:
    return (tie.entity for tie in ties if tie.level is not WatchLevel.CLEARED)


def filtered(document: Document, wanted: DeviceFilter) -> Document:
    """The document of the devices that are wanted; its header says so, and counts the devices of the whole one."""
    devices = tuple(judged for judged in document.devices if wanted.wants(judged))
    ids = {judged.device.id for judged in devices}
    verdicts = Counter(judged.verdict for judged in document.devices)
    chosen = Filtered(
        wanted.verdicts,
        wanted.zones,
        wanted.sites,
        wanted.makers,
        len(devices),
        tuple((verdict, verdicts[verdict]) for verdict in Verdict),
    )
    return replace(
        document,
        header=replace(document.header, filtered=chosen),
        devices=devices,
        links=tuple(link for link in document.links if link.device in ids and link.other in ids),
    )
