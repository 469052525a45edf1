"""Records a device: its evidence in, a device file with stand-ins out, checked for whatever should not be in it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fingerprints.claims.attribute import Attribute
from fingerprints.claims.claim import Claim
from fingerprints.claims.extracted_item import ExtractedItem
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.yaml_file import parse_yaml
from fingerprints.identity.identify import identify
from fingerprints.model.device import AttributeName, Device
from fingerprints.model.evidence import Evidence, Observation, Source, Subject, kept, octets_of, text_of
from fingerprints.model.mac_address import format_mac, parse_mac
from fingerprints.model.observation_index import clean, index_observations
from fingerprints.model.secret_names import without_secrets
from fingerprints.sources.registry import extracted_items, source_of
from reports.document.redaction.private_kind import PrivateKind, Treatment
from scanner.recorder.collecting import PrivateValues, serials_of
from scanner.recorder.command_texts import played_shell, without_secret_lines
from scanner.recorder.device_file import NO_MAC, RecordedFile, file_text, varbind_of
from scanner.recorder.instances import Instances
from scanner.recorder.kept_objects import OF_SCRIPTS, kept_observations
from scanner.recorder.leaks import Leak, LeakSearch
from scanner.recorder.rewriting import Rewriter
from scanner.recorder.stand_ins import StandIns
from scanner.recorder.treatments import treated_value
from scanner.simulator.device import SimulatedDevice
from scanner.simulator.objects import mib_view

_ABOUT = "Recorded by kitscan. Names, addresses, MAC addresses and serial numbers are stand-ins."

_TO_SAY = frozenset({Source.SNMP_SYS_CONTACT, Source.SSH_GREETING, Source.SNMP_SYS_LOCATION})
"""People's words: of them only what names a maker is kept."""

_SHELL = frozenset({Source.SSH_COMMAND, Source.SSH_GREETING, Source.SSH_PROMPT})

_TEXT_SOURCES = frozenset(
    {
        Source.SNMP_SYS_DESCR,
        Source.SNMP_ENTITY_DESCR,
        Source.SNMP_OBJECT,
        Source.SNMP_LLDP_LOCAL,
        Source.SNMP_LLDP_REMOTE,
    }
)
"""Sources of sentences, which may tell a serial number or a host's name."""


@dataclass(frozen=True, slots=True)
class ReadOtherwise:
    """What kitscan reads of the recorded device otherwise than of the real one: `what`, and both answers."""

    what: str
    real: str
    recorded: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded device: the text of its file and how many values it holds; how many MIB objects identification does
    not read, and what cannot be played; `leaks` and `differences` are empty for a good one."""

    text: str
    values: int
    hidden: int
    unread: int
    not_played: tuple[tuple[Source, int], ...]
    leaks: tuple[Leak, ...]
    differences: tuple[ReadOtherwise, ...]


def record(
    evidence: Sequence[Evidence], name: str, database: FingerprintDatabase, all_objects: bool = False
) -> Recorded:
    """Record one device from all evidence about it. `name` is what the file calls it."""
    device = identify(tuple(evidence), database)
    observations = tuple(observation for part in evidence for observation in part.observations)
    index = index_observations(evidence)
    items = tuple(extracted_items(index, database))
    kept_ones = kept_observations(index, observations, items, database, all_objects)
    reading = _Reading(items, kept_ones.observations, Instances(kept_ones.columns, OF_SCRIPTS))
    values = PrivateValues(device, observations, items, database)
    _collect(values, device, evidence, observations, items, reading)
    kinds = values.kinds()
    rewriter = Rewriter(values, StandIns(kinds, database))
    rewritten = _Rewritten(reading, rewriter, kinds)
    file = _file(name, rewritten.observations())
    text = file_text(file)
    played = parse_yaml(text, SimulatedDevice, Path(f"{name}.yaml"))
    leaks = tuple(dict.fromkeys(LeakSearch(kinds, reading.instances).leaks(played, text)))
    return Recorded(
        text,
        len(file.walk) + (len(file.shell.commands) if file.shell is not None else 0),
        len(kinds),
        kept_ones.unread,
        kept_ones.not_played,
        leaks,
        tuple(_differences(device, identify((replayed(played),), database))),
    )


def replayed(device: SimulatedDevice) -> Evidence:
    """The evidence that a device file's own words are, as a scan of it would collect them."""
    observations = [_observed(".".join(map(str, varbind.oid)), varbind.value) for varbind in mib_view(device, {})]
    if device.ssh is not None:
        observations.append(Observation(Source.SSH_IDENT, "22/tcp", kept(f"SSH-2.0-{device.ssh.ident}")))
        observations.append(Observation(Source.SSH_PROMPT, "22/tcp", kept(device.ssh.prompt)))
        if device.ssh.greeting:
            observations.append(Observation(Source.SSH_GREETING, "22/tcp", kept(device.ssh.greeting)))
        observations += (Observation(Source.SSH_COMMAND, at, kept(text)) for at, text in device.ssh.commands.items())
    if device.mac != NO_MAC:
        mac = bytes.fromhex(device.mac.replace(":", "")).decode("latin-1")
        observations.append(Observation(Source.LINK_MAC, "", mac))
    return Evidence(Subject(device.name, labels=(device.name,)), tuple(observations))


def _observed(oid: str, value: str) -> Observation:
    return Observation(source_of(oid), oid, value)


class _Reading:
    """The observations that are kept, people's words cut down to those that name a maker."""

    def __init__(
        self, items: Iterable[ExtractedItem], observations: Iterable[Observation], instances: Instances
    ) -> None:
        self.instances = instances
        self._words: dict[tuple[str, str], dict[str, None]] = {}
        for item in items:
            if isinstance(item, Claim):
                place = (item.record.source, item.record.at)
                self._words.setdefault(place, {})[item.record.text] = None
            elif isinstance(item, Attribute):
                self._words.setdefault((item.source, item.at), {})
        self.observations = tuple(map(self._cut, observations))

    def is_read(self, observation: Observation) -> bool:
        """Whether identification reads this observation."""
        return (observation.source, observation.at) in self._words

    def _cut(self, observation: Observation) -> Observation:
        if observation.source in _SHELL:
            observation = observation._replace(value=kept(without_secret_lines(text_of(observation.value))))
        elif observation.source in _TEXT_SOURCES:
            text = text_of(observation.value)
            told = without_secrets(text)
            observation = observation if told == text else observation._replace(value=kept(told))
        if observation.source not in _TO_SAY or not self.is_read(observation):
            return observation
        words = self._words[observation.source, observation.at]
        return observation._replace(value=kept(", ".join(word for word in words if word in text_of(observation.value))))


def _collect(
    values: PrivateValues,
    device: Device,
    evidence: Iterable[Evidence],
    observations: Iterable[Observation],
    items: Iterable[ExtractedItem],
    reading: _Reading,
) -> None:
    """Note every private value: of the device as identified, of its observations, and of those that are left out too,
    because what is kept may repeat them."""
    for part in evidence:
        values.read(PrivateKind.ADDRESS, part.subject.address)
        values.read(PrivateKind.LABEL, part.subject.key if part.subject.address else "")
        for label in part.subject.labels:
            values.read(PrivateKind.LABEL, label)
    values.read(PrivateKind.NAME, device.name)
    for neighbour in device.neighbours:
        values.read(PrivateKind.NAME, neighbour.name)
        values.read(PrivateKind.CHASSIS, neighbour.chassis_id)
        values.read(PrivateKind.PORT, neighbour.port)
        for address in neighbour.addresses:
            values.read(PrivateKind.ADDRESS, address)
    for serial in serials_of(device):
        values.read(PrivateKind.SERIAL, serial)
    others = frozenset(
        item.text for item in items if isinstance(item, Attribute) and item.name is not AttributeName.SERIAL
    )
    for item in items:
        if isinstance(item, Attribute) and item.name is AttributeName.SERIAL and item.text not in others:
            values.read(PrivateKind.SERIAL, item.text)
    seen = frozenset(reading.observations)
    for observation in dict.fromkeys((*reading.observations, *observations)):
        _collect_one(values, observation, observation in seen, reading)


def _collect_one(values: PrivateValues, observation: Observation, is_kept: bool, reading: _Reading) -> None:
    if observation.source in _TEXT_SOURCES and (is_kept or observation.source is not Source.SNMP_OBJECT):
        values.note_text(clean(observation.value))
    if observation.source in _SHELL:
        values.read_command_line(observation)
        values.read(Treatment.TEXT, observation.at)
    if observation.source is Source.SNMP_OBJECT and not is_kept:
        return
    if (observation.source in _TO_SAY or observation.source is Source.SNMP_IF_DESCR) and reading.is_read(observation):
        values.read(Treatment.TEXT, text_of(observation.value))
        return
    if not is_kept and observation.source in _SHELL:
        return
    treated_value(observation, values.read)
    if observation.source.startswith("snmp."):
        reading.instances.rewritten(observation.at, values.read, values.is_known)


class _Rewritten:
    """The kept observations with stand-ins."""

    def __init__(self, reading: _Reading, rewriter: Rewriter, kinds: Mapping[str, PrivateKind]) -> None:
        self._reading, self._rewriter, self._kinds = reading, rewriter, kinds

    def observations(self) -> tuple[Observation, ...]:
        """Each observation, rewritten."""
        return tuple(map(self._rewritten, self._reading.observations))

    def _rewritten(self, observation: Observation) -> Observation:
        rewrite = self._rewriter.rewrite
        at = observation.at
        if observation.source.startswith("snmp."):
            at = self._reading.instances.rewritten(at, rewrite, self._kinds.__contains__)
        if observation.source in _TO_SAY and self._reading.is_read(observation):
            return observation._replace(value=kept(rewrite(Treatment.TEXT, text_of(observation.value))))
        if observation.source is Source.SSH_GREETING:
            return observation._replace(value="")
        if observation.source is Source.SSH_COMMAND:
            at = rewrite(Treatment.TEXT, at)
        if self._reading.is_read(observation) and observation.source is Source.SNMP_IF_DESCR:
            return observation._replace(value=kept(rewrite(Treatment.TEXT, text_of(observation.value))))
        return observation._replace(at=at, value=treated_value(observation, rewrite))


def _file(name: str, observations: Sequence[Observation]) -> RecordedFile:
    objects = [observation for observation in observations if observation.source.startswith("snmp.")]
    varbinds = {varbind.oid: varbind for varbind in map(varbind_of, objects)}
    engines = (entry.value for entry in objects if entry.source is Source.SNMP_ENGINE_ID)
    engine_id = next((octets_of(value).hex() for value in engines if 5 <= len(value) <= 32), "")
    macs = (parse_mac(entry.value) for entry in observations if entry.source is Source.LINK_MAC)
    mac = next((format_mac(mac) for mac in macs if mac), NO_MAC)
    walk = tuple(varbinds[oid] for oid in sorted(varbinds))
    return RecordedFile(name, _ABOUT, mac, engine_id, walk, played_shell(observations))


def _differences(real: Device, recorded: Device) -> Iterator[ReadOtherwise]:
    """Where two devices' identities differ: makers, model, version, watched companies, and the parts by maker."""
    for what, one, other in zip(_COMPARED, _answers(real), _answers(recorded), strict=True):
        if one != other:
            yield ReadOtherwise(what, one, other)


_COMPARED = ("vendor", "maker of the hardware", "platform", "model", "version", "watched companies", "parts")


def _answers(device: Device) -> tuple[str, ...]:
    identity = device.identity
    watched = sorted({f"{tie.entity} {tie.level.value}" for tie in device.watched})
    parts = Counter((part.kind.value, part.made_by.id if part.made_by else "") for part in device.components)
    return (
        identity.vendor.id if identity.vendor else "",
        identity.made_by.id if identity.made_by else "",
        identity.platform.id if identity.platform else "",
        identity.model or "",
        identity.version or "",
        ", ".join(watched),
        ", ".join(f"{count} {kind} {maker or 'of nobody known'}" for (kind, maker), count in sorted(parts.items())),
    )
