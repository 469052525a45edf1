"""A site's own scope as kitscan.yaml and the command line give it, and what it makes of a run: slices and a plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fingerprints.model.errors import KitscanError
from scanner.config import Config, read_config
from scanner.courier.message import MAX_SLICES, PlannedSlice, SitePlan
from scanner.credentials.references import Prompt
from scanner.fleet.site.order_checks import SiteRules
from scanner.fleet.slices import ScopeSlice, scope_sha256, slices_of
from scanner.scope import Scope
from scanner.survey import ScanRequest, scope_of

SLICES_A_MESSAGE = 200
"""Slices that one message of a plan names: with words of the greatest length they stay below half of MAX_MESSAGE."""


@dataclass(frozen=True, slots=True)
class LocalScope:
    """The scope of a site as it is now. `sha256` is its digest."""

    config: Config
    request: ScanRequest
    scope: Scope
    sha256: str

    def slices(self, seed: int) -> tuple[ScopeSlice, ...]:
        """The slices of a run of this seed. Raises KitscanError for more than MAX_SLICES."""
        slices = slices_of(self.scope.targets, seed)
        if len(slices) > MAX_SLICES:
            problem = f"the scope makes {len(slices):,} slices, and a run has at most {MAX_SLICES:,}"
            raise KitscanError(problem, "scan the ranges that are in use, or make two sites of this one")
        return slices

    def rules(self, site: str, of: int, max_runs_per_day: int) -> SiteRules:
        """What this site allows."""
        return SiteRules(site, self.scope.profile.name, self.scope.probes, self.sha256, of, max_runs_per_day)


def read_local_scope(request: ScanRequest, folder: Path, prompt: Prompt | None) -> LocalScope:
    """Read kitscan.yaml, the lists that it names and what the request adds. It is read anew for each order: what an
    operator excludes holds at once. Raises NoTargetError, DataFileError, KitscanError and ScopeRefused."""
    config = read_config(folder)
    scope = scope_of(request, config, prompt)
    return LocalScope(config, request, scope, scope_sha256(scope.targets))


def plans_of(local: LocalScope, run: str, seed: int, site: str, collector: str) -> Iterator[SitePlan]:
    """The plan of a run, in as many messages as it takes; one for a scope without slices."""
    slices = local.slices(seed)
    for first in range(0, max(1, len(slices)), SLICES_A_MESSAGE):
        yield SitePlan(
            run=run,
            site=site,
            collector=collector,
            of=len(slices),
            scope_sha256=local.sha256,
            slices=[
                PlannedSlice(ordinal=part.ordinal, addresses=part.targets.count, words=part.words)
                for part in slices[first : first + SLICES_A_MESSAGE]
            ],
        )


def clock_offset_of(sent: str, now: datetime) -> float:
    """The seconds by which this clock is ahead of the centre's, at most: an order also takes its time."""
    return (now - datetime.fromisoformat(sent)).total_seconds()
