"""What became of bundles and of the runs that they belong to, as sentences."""

from collections.abc import Collection, Iterable, Mapping

from reports.document.sanitize import sanitize
from reports.document.wording import format_count
from scanner.fleet.missing import SiteAtEnd
from scanner.fleet.received import AsideReason, Receipt, Received

ASIDE: Mapping[AsideReason, str] = {
    AsideReason.BROKEN: "it is no whole bundle",
    AsideReason.UNKNOWN_KEY: "no site has the key that signed it",
    AsideReason.NO_SLICE: "it is no slice of a fleet's run; kitscan runs import takes it",
    AsideReason.OTHER_COLLECTOR: "its key speaks for another collector than it names",
    AsideReason.NOT_EVIDENCE: "it holds what this version of kitscan does not know as evidence",
    AsideReason.NOT_ORDERED: "its run was not ordered from this site",
    AsideReason.OTHER_PLAN: "its site divided the run otherwise before",
    AsideReason.RUN_ENDED: "its run has ended",
    AsideReason.COLLECTED_TWICE: "another bundle of this slice came first",
    AsideReason.OUTSIDE_SCOPE: "outside the scope of the site",
}

MAX_NAMED = 10
"""Slices that one sentence names."""


def describe_received(received: Received) -> str:
    """What became of a bundle, in one line."""
    match received.receipt:
        case Receipt.AGAIN:
            return f"again: slice {received.ordinal} of {received.site}; it was taken before, and adds nothing"
        case Receipt.ASIDE:
            return f"put aside: {_why(received)}"
        case Receipt.TAKEN:
            slice_of = f"slice {received.ordinal} of {received.of} of {received.site}"
            counts = f"{format_count(received.subjects, 'subject')}, {format_count(received.rows, 'row')} of evidence"
            told = f"taken: {slice_of}, run {received.run}, {counts}"
            return f"{told}; {received.left_out:,} put aside, {_why(received)}" if received.left_out else told


def describe_sites(sites: Iterable[SiteAtEnd]) -> str:
    """How many slices of each site came, and which did not."""
    return "; ".join(map(_describe_site, sites))


def _describe_site(site: SiteAtEnd) -> str:
    if site.of is None:
        return f"nothing of {site.name}"
    came = f"{site.of - len(site.missing):,} of {format_count(site.of, 'slice')} of {site.name}"
    in_part = {*site.partial, *site.outside}
    without = f", without {_named(site.missing)}" if site.missing else ""
    parts = f", only a part of {_named(in_part)}" if in_part else ""
    return f"{came}{without}{parts}"


def _named(slices: Collection[int]) -> str:
    more = len(slices) - MAX_NAMED
    return f"{', '.join(map(str, sorted(slices)[:MAX_NAMED]))}{f' and {more:,} more' if more > 0 else ''}"


def _why(received: Received) -> str:
    if received.reason is None:
        return ""
    return f"{ASIDE[received.reason]}{f' ({sanitize(received.detail, 300)})' if received.detail else ''}"
