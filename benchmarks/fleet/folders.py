"""The folders of a fleet on one machine: one of the centre, and one of each collector, as their operators have them.

    centre/           kitscan.yaml, sites/, key, the store
    LON-lon1/         kitscan.yaml, key, credentials, the spool

Nobody is told more than his own part: a site's credentials stand in its own folders alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scanner.fleet.centre.enrolment import new_site, with_collector
from scanner.store.bundles.signing import new_private_key, public_key_of
from scanner.targets.target import Ports

BROKER = "KITSCAN_BROKER"
"""The variable that holds the URL of the broker for whoever is started."""


@dataclass(frozen=True, slots=True)
class Carried:
    """How a fleet's messages are carried: the words of kitscan.yaml, the variables that the centre and each site need
    for it, by the site's name, and who vouches for a broker."""

    words: str
    centre: Mapping[str, str] = field(default_factory=dict, repr=False)
    sites: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    ca: Path | None = None


@dataclass(frozen=True, slots=True)
class FleetSite:
    """A site: its name, its scope in the words of a list, the names of its collectors, the ports of its devices, and
    the files of a collector's folder. `settings` are further lines of its kitscan.yaml, `targets` its own words for
    what it asks, where they are others than its scope at the centre."""

    name: str
    scope: tuple[str, ...]
    collectors: tuple[str, ...]
    ports: Ports
    files: Mapping[str, str]
    settings: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    targets: tuple[str, ...] = ()
    profile: str = "lab"
    runs_per_day: int = 1000


@dataclass(frozen=True, slots=True)
class FleetFolders:
    """A fleet that was written. `store` is a path or the URL of a database, as kitscan.yaml has it."""

    folder: Path
    sites: tuple[FleetSite, ...]
    carried: Carried
    store: str

    @property
    def centre(self) -> Path:
        """The centre's folder."""
        return self.folder / "centre"

    def collector(self, site: str, name: str) -> Path:
        """A collector's folder."""
        return self.folder / f"{site}-{name}"

    def collectors(self) -> Iterable[tuple[FleetSite, str]]:
        """Every collector, with its site."""
        return ((site, name) for site in self.sites for name in site.collectors)

    def environment_of(self, site: FleetSite) -> dict[str, str]:
        """The variables of a site's collectors."""
        return {**site.environment, **self.carried.sites.get(site.name, {})}


def folder_carried(folder: Path) -> Carried:
    """The courier of files, in a folder that all of them share."""
    return Carried(f"folder:{folder / 'carried'}")


def write_fleet(
    folder: Path, sites: tuple[FleetSite, ...], carried: Carried, store: str, spool_limit: str = "2GB", grace: float = 1
) -> FleetFolders:
    """Write the folders of a fleet, with new keys, each collector enrolled. `grace` is minutes."""
    fleet = FleetFolders(folder, sites, carried, store)
    centre_key = _write_key(fleet.centre)
    (fleet.centre / "kitscan.yaml").write_text(
        f"store: '{store}'\nfail_on: never\n"
        f"fleet:\n  key: file:key\n  courier: '{carried.words}'\n  grace: {grace}\n"
        + (f"  tls: {{ca: '{carried.ca}'}}\n" if carried.ca else "")
    )
    (fleet.centre / "sites").mkdir()
    for site, name in fleet.collectors():
        place = fleet.collector(site.name, name)
        public = _write_key(place)
        _enrol(fleet.centre / "sites" / f"{site.name}.yaml", site, name, public)
        for file, text in site.files.items():
            (place / file).write_text(text)
            (place / file).chmod(0o600)
        targets = ", ".join(f"'{word}'" for word in site.targets or site.scope)
        (place / "kitscan.yaml").write_text(
            f"targets: [{targets}]\nprofile: {site.profile}\nknown_hosts: known_hosts\n"
            f"ports: {{snmp: {site.ports.snmp}, ssh: {site.ports.ssh}}}\n{site.settings}"
            f"collector:\n  site: {site.name}\n  name: {name}\n  key: file:key\n  centre: {centre_key}\n"
            f"  courier: '{carried.words}'\n  spool_limit: {spool_limit}\n  max_runs_per_day: {site.runs_per_day}\n"
            + (f"  ca: '{carried.ca}'\n" if carried.ca else "")
        )
    return fleet


def _write_key(folder: Path) -> str:
    """Make a folder with a private key in it, and return the public one."""
    folder.mkdir(parents=True)
    private = new_private_key()
    (folder / "key").write_text(private)
    (folder / "key").chmod(0o600)
    return public_key_of(private)


def _enrol(path: Path, site: FleetSite, collector: str, key: str) -> None:
    if path.exists():
        path.write_text(with_collector(path, path.read_text(), site.scope, collector, key))
    else:
        path.write_text(new_site(path, site.name, site.scope, collector, key))
