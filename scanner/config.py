"""kitscan.yaml, the options of a project folder: its schema, and the Config that commands start from.

`--yes`, which confirms a large or public scope, is no option here: whoever starts a run confirms it for that run.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from fingerprints.database.yaml_file import FileModel, parse_yaml, read_yaml
from fingerprints.model.errors import DataFileError, Flaw
from reports.formats.registry import FORMATS
from reports.placement.zone_file import YesNo
from reports.policy.verdict import Verdict
from scanner.courier.centre_settings import CentreFile, CentreSettings, centre_settings_of
from scanner.courier.collector_settings import CollectorFile, CollectorSettings, collector_of
from scanner.notify.destination import NoticeDestination
from scanner.notify.settings import NotifyBlock, destinations_of
from scanner.project_file import CONFIG_FILE
from scanner.protocols.registry import PROBE_NAMES
from scanner.rate_limit.profiles import PROFILES
from scanner.store.url import holds_password
from scanner.targets.target import SNMP_PORT, SSH_PORT, USUAL_PORTS, Ports


@dataclass(frozen=True, slots=True)
class Operator:
    """Who operates the scanned network: its jurisdictions, its roles there (`bound_as`), and the policies it chose."""

    jurisdictions: tuple[str, ...] = ()
    bound_as: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """The options of a project folder. An option that the file does not give is None or empty.

    Paths are relative to `folder`. `targets` and `exclude` are words for `read_targets`. `store` is a path or a
    database URL. `min_coverage` is percent, 0 to 100. `fail_on` is a verdict, or `never`.
    """

    folder: Path
    store: str | None = None
    known_hosts: Path | None = None
    targets: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    credentials: Path | None = None
    profile: str | None = None
    probes: tuple[str, ...] = ()
    ports: Ports = USUAL_PORTS
    zones: Path | None = None
    waivers: Path | None = None
    permits: Path | None = None
    support: Path | None = None
    attributes: Path | None = None
    rules: Path | None = None
    data: Path | None = None
    policies_folder: Path | None = None
    policies: tuple[str, ...] = ()
    operator: Operator = Operator()
    include_unverified: bool = False
    as_of: date | None = None
    fail_on: str | None = None
    min_coverage: float | None = None
    format: str | None = None
    out: tuple[Path, ...] = ()
    redact: bool = False
    notify: tuple[NoticeDestination, ...] = ()
    collector: CollectorSettings | None = None
    fleet: CentreSettings | None = None


KNOWN_HOSTS = Path("~/.local/state/kitscan/known_hosts")
"""The file of SSH host keys of a folder that does not name one."""


def known_hosts_of(config: Config) -> Path:
    """The file of SSH host keys that a folder uses."""
    return config.known_hosts or KNOWN_HOSTS.expanduser()


def _known_profile(text: str) -> str:
    if text not in PROFILES:
        raise ValueError(f"one of {', '.join(PROFILES)}")
    return text


def _known_probe(text: str) -> str:
    if text not in PROBE_NAMES:
        raise ValueError(f"one of {', '.join(PROBE_NAMES)}")
    return text


def _known_verdict(text: str) -> str:
    known = (*(verdict for verdict in Verdict if verdict is not Verdict.CLEAR), "never")
    if text not in known:
        raise ValueError(f"one of {', '.join(known)}")
    return text


def _known_format(text: str) -> str:
    if text not in FORMATS:
        raise ValueError(f"one of {', '.join(FORMATS)}")
    return text


def _one_or_several(value: object) -> object:
    """One text, or a list of them, as a tuple; anything else as it is, which is then refused."""
    match value:
        case str():
            return (value,)
        case list():
            return tuple(value)
        case _:
            return value


NonEmptyText = Annotated[str, Field(min_length=1)]
PortNumber = Annotated[int, Field(ge=1, le=65_535)]


class _PortsFile(FileModel):
    snmp: PortNumber = SNMP_PORT
    """The UDP port of SNMP."""
    ssh: PortNumber = SSH_PORT
    """The TCP port of SSH."""


class _OperatorFile(FileModel):
    jurisdictions: tuple[NonEmptyText, ...] = ()
    """Where it operates: ISO 3166 codes or English names of countries, or of unions of them."""
    bound_as: tuple[NonEmptyText, ...] = ()
    """Its roles there, such as `mobile operator`; without it every role is meant."""
    policies: tuple[NonEmptyText, ...] = ()
    """Ids of policies that it chose beside those that bind it."""


class _ConfigFile(FileModel):
    targets: tuple[NonEmptyText, ...] = ()
    """What to scan: addresses, CIDRs, ranges, host names and files, where the command line names none."""
    exclude: tuple[NonEmptyText, ...] = ()
    """What never to touch, in the same words. Exclusions win over targets."""
    credentials: NonEmptyText | None = None
    """The file of credentials, which holds references and no secret."""
    profile: Annotated[str, AfterValidator(_known_profile)] | None = None
    """How fast a scan asks. Without it: normal."""
    probes: tuple[Annotated[str, AfterValidator(_known_probe)], ...] = ()
    """Which probes a scan runs. Without it: snmp, ssh and link."""
    ports: _PortsFile = _PortsFile()
    """The ports of devices for which no target says another."""
    store: NonEmptyText | None = None
    """Where evidence is kept: a path, or a database URL without a password. Without it: kitscan.sqlite here."""
    known_hosts: NonEmptyText | None = None
    """The file of SSH host keys. Without it: `~/.local/state/kitscan/known_hosts`."""
    zones: NonEmptyText | None = None
    """The file that says where devices stand. Without it every device is unclassified."""
    waivers: NonEmptyText | None = None
    """The file of findings that somebody answers for."""
    permits: NonEmptyText | None = None
    """The file of permissions that an authority gave, with their last days."""
    support: NonEmptyText | None = None
    """The file that says when makers end the support of their models."""
    attributes: NonEmptyText | None = None
    """The file of what you know of devices and no scan sees."""
    rules: NonEmptyText | None = None
    """A folder of fingerprint rules of your own, beside the shipped ones."""
    data: NonEmptyText | None = None
    """Where `kitscan db update` stores newer data. Without it: your own data directory."""
    policies_folder: NonEmptyText | None = None
    """A folder of policies of your own, beside the shipped ones."""
    policies: tuple[NonEmptyText, ...] = ()
    """Ids of the policies to judge by, whoever the operator is."""
    operator: _OperatorFile = _OperatorFile()
    """Who operates the network: it decides which policies apply."""
    include_unverified: bool = False
    """`true` also applies policies that nobody has verified."""
    as_of: date | None = None
    """The day to judge by. Without it: the day of the run."""
    fail_on: Annotated[str, AfterValidator(_known_verdict)] | None = None
    """The least verdict that ends a command with exit code 1. Without it: restricted."""
    min_coverage: Annotated[float, Field(ge=0, le=100)] | None = None
    """Percent of the scope that must be identified; less ends a command with exit code 3."""
    format: Annotated[str, AfterValidator(_known_format)] | None = None
    """The format of the report, for one file of any ending or for standard output."""
    out: Annotated[tuple[NonEmptyText, ...], BeforeValidator(_one_or_several)] = ()
    """The files that the report is written to; the ending of each chooses its format."""
    redact: YesNo = False
    """`yes` puts pseudonyms for names, addresses and serial numbers."""
    notify: NotifyBlock = ()
    """Whom an audit tells what changed, and what falls due."""
    collector: CollectorFile | None = None
    """The collector of one site of many: who it is, and whose orders it takes."""
    fleet: CentreFile | None = None
    """The centre of several sites."""


def read_config(folder: Path) -> Config:
    """The options of a folder, or the defaults if it has no kitscan.yaml. Raises DataFileError."""
    path = folder / CONFIG_FILE
    return _config(read_yaml(path, _ConfigFile) if path.exists() else _ConfigFile(), folder)


def parse_config(text: str, folder: Path) -> Config:
    """The options that a kitscan.yaml with this text would give a folder. Raises DataFileError."""
    return _config(parse_yaml(text, _ConfigFile, folder / CONFIG_FILE), folder)


def _config(options: _ConfigFile, folder: Path) -> Config:
    if options.store is not None and holds_password(options.store):
        raise DataFileError(
            folder / CONFIG_FILE,
            (Flaw("key store", "the URL holds a password", "a URL without one; set PGPASSWORD"),),
            "remove the password from the file, and change it if others could have read it",
        )
    return Config(
        folder=folder,
        store=options.store if options.store is None or "://" in options.store else str(folder / options.store),
        known_hosts=_below(folder, options.known_hosts),
        targets=options.targets,
        exclude=options.exclude,
        credentials=_below(folder, options.credentials),
        profile=options.profile,
        probes=options.probes,
        ports=Ports(options.ports.snmp, options.ports.ssh),
        zones=_below(folder, options.zones),
        waivers=_below(folder, options.waivers),
        permits=_below(folder, options.permits),
        support=_below(folder, options.support),
        attributes=_below(folder, options.attributes),
        rules=_below(folder, options.rules),
        data=_below(folder, options.data),
        policies_folder=_below(folder, options.policies_folder),
        policies=options.policies,
        operator=Operator(options.operator.jurisdictions, options.operator.bound_as, options.operator.policies),
        include_unverified=options.include_unverified,
        as_of=options.as_of,
        fail_on=options.fail_on,
        min_coverage=options.min_coverage,
        format=options.format,
        out=tuple(folder / Path(name).expanduser() for name in options.out),
        redact=options.redact,
        notify=destinations_of(options.notify, folder),
        collector=None if options.collector is None else collector_of(options.collector, folder),
        fleet=None if options.fleet is None else centre_settings_of(options.fleet, folder),
    )


def _below(folder: Path, name: str | None) -> Path | None:
    return None if name is None else folder / Path(name).expanduser()
