"""Slices of sites, as collectors send them: small evidence in signed bundles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject
from reports.formats.as_json import render
from reports.judgement.assessment import AssessmentOptions
from scanner.cli.assessment.reporting import assessment_options_of, document_of
from scanner.cli.options import ReportRequest
from scanner.config import read_config
from scanner.fleet.sites import Site, Sites
from scanner.sink import RangeCount, RunOutcome
from scanner.store.bundles.bundle_writer import BundleOptions, bundle_of
from scanner.store.bundles.manifest import BundledSlice
from scanner.store.bundles.signing import new_private_key, public_key_of
from scanner.store.store import Store, open_store
from scanner.targets.addresses import AddressSet
from scanner.targets.target_syntax import parse_word

THEN = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
NOW = THEN + timedelta(hours=2)
TOKEN, SCOPE = "a" * 32, "c" * 64
LON1, LON2, PAR1, STRANGER = (new_private_key() for _ in range(4))
KEYS = {"lon1": LON1, "lon2": LON2, "par1": PAR1}

Answers = tuple[Observation | Gap, ...]


def sites(lon_scope: str = "10.0.0.0/16") -> Sites:
    """Two sites with the same addresses."""
    lon = {name: public_key_of(KEYS[name]) for name in ("lon1", "lon2")}
    return Sites(
        {
            "LON": Site("LON", _scope(lon_scope), lon),
            "PAR": Site("PAR", _scope("10.0.0.0/16"), {"par1": public_key_of(PAR1)}),
        }
    )


def _scope(word: str) -> AddressSet:
    parsed = parse_word(word)
    return AddressSet((parsed.block,))  # type: ignore[union-attr]


@cache
def options() -> AssessmentOptions:
    """By which runs are judged: no zones, no policies but the shipped."""
    with TemporaryDirectory() as folder:
        return assessment_options_of(ReportRequest(), read_config(Path(folder)), THEN.date())


def document_in(store: Store, run: int = 1) -> str:
    """The document of a run, as JSON."""
    return render(document_of(store, store.run(run), options()))


def box(name: str, serial: str, maker: str = "Huawei Versatile Routing Platform Software VRP") -> Answers:
    """What a device says."""
    return (
        Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", maker),
        Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", name),
        Observation(Source.SNMP_ENTITY_SERIAL, "1.3.6.1.2.1.47.1.1.1.1.11.1", serial),
        Observation(Source.SNMP_ENTITY_CLASS, "1.3.6.1.2.1.47.1.1.1.1.5.1", "3"),
    )


SILENT: Answers = (Gap("discovery", "", GapReason.NO_ANSWER, "silent"),)
UNRESOLVED: Answers = (Gap("discovery", "line 3", GapReason.UNRESOLVED, "no such name"),)


@dataclass
class Slice:
    """A slice to be bundled: subjects by key with what they said, and who sends it."""

    said: Mapping[str, Answers]
    site: str = "LON"
    collector: str = "lon1"
    ordinal: int = 1
    of: int = 1
    token: str = TOKEN
    key: str | None = ""
    scope_sha256: str = SCOPE
    outcome: RunOutcome = RunOutcome.COMPLETE
    ranges: tuple[RangeCount, ...] = ()
    cost: dict[str, float] = field(default_factory=lambda: {"packets": 10.0})
    attributes: tuple[tuple[str, str], ...] = ()
    labels: tuple[str, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    unfinished: tuple[str, ...] = ()
    lines: Mapping[str, str] = field(default_factory=dict)
    """Rows as they stand in the bundle, in place of what was said."""

    def named(self) -> BundledSlice:
        """What the manifest says of it."""
        return BundledSlice(
            run=self.token,
            site=self.site,
            collector=self.collector,
            ordinal=self.ordinal,
            of=self.of,
            scope_sha256=self.scope_sha256,
            clock_offset=1.5,
        )


class Bundler:
    """Writes slices into bundles of a folder, by way of one store."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._store: Store = open_store(str(folder / "site.sqlite"), create=True)

    def bundle(self, made: Slice, name: str = "") -> Path:
        """The file of a slice's bundle."""
        with self._store.writing("scan", "1.0", THEN) as writer:
            for key, said in sorted(made.said.items()):
                address = made.addresses.get(key, "" if said == UNRESOLVED else key.removesuffix(":1161"))
                time = THEN + timedelta(seconds=sum(map(ord, key)))
                subject = Subject(key, address, made.labels, made.attributes)
                writer.expect([subject])
                if key in made.lines:
                    writer.add_lines(key, "snmp", made.lines[key], 1)
                else:
                    writer.add(subject, "snmp", said, time)
                if key not in made.unfinished:
                    writer.done(key)
            for counted in made.ranges:
                writer.range(counted)
            writer.spend(made.cost)
            writer.finish(made.outcome, THEN + timedelta(hours=1))
        key = KEYS.get(made.collector) if made.key == "" else made.key
        options = BundleOptions("1.0", "abc", {}, key, made.named())
        path = self._folder / f"{name or f'{made.site}-{made.collector}-{made.ordinal}-{writer.run}'}.zip"
        path.write_bytes(bundle_of(self._store, [writer.run], options))
        return path

    def bundles(self, slices: Iterable[Slice]) -> list[Path]:
        """The files of slices."""
        return [self.bundle(made) for made in slices]
