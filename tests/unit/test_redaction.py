"""Redaction: no name, address or serial number of the network is left in any format, and equal values stay equal."""

import gzip
import io
import re
import zipfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import click
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import (
    ClaimRecord,
    Component,
    Device,
    Identity,
    Level,
    NamedOnPart,
    Party,
    QuotedText,
    Role,
    SerialOfPart,
    Watched,
    WatchLevel,
)
from fingerprints.model.evidence import Gap, GapReason
from fingerprints.model.merging import ApartBy, JoinedBy, KeptApart, MatchedBy, Merging
from fingerprints.model.neighbour import Neighbour, NeighbourProtocol
from reports.document.document import (
    Document,
    NotAssessed,
    ReportedDevice,
    ReportedFinding,
    ReportedLink,
    ReportedNeighbour,
    build,
)
from reports.document.redaction.known_values import Hit, KnownValues
from reports.document.redaction.patterns import private_spans
from reports.document.redaction.private_kind import PrivateKind, is_plain_port
from reports.document.redaction.pseudonyms import pseudonyms_of
from reports.document.redaction.redact import redact, redaction_of
from reports.document.report_number import report_number
from reports.explanation.device import explain_device
from reports.formats.registry import FORMATS, render
from reports.judgement.run_info import JudgedBy, RunRecord, SilentRange
from reports.placement.placement import Origin, OwnWords, Placement
from reports.placement.sighting import Sighting
from reports.placement.topology import LinkKind
from reports.policy.verdict import Verdict
from reports.policy.vocabulary import Tier
from scanner.cli import assess, explain, scan
from scanner.cli.assessment.report_plan import planned_reports
from scanner.cli.assessment.reporting import report
from scanner.cli.options import ReportRequest
from scanner.config import read_config
from tests.unit import documents
from tests.unit.written import TEXT_OF_BYTES

MAC_WRITINGS: tuple[Callable[[str], str], ...] = (
    lambda mac: ":".join(mac[at : at + 2] for at in range(0, 12, 2)),
    lambda mac: "-".join(mac[at : at + 2] for at in range(0, 12, 2)).upper(),
    lambda mac: ".".join(mac[at : at + 4] for at in range(0, 12, 4)),
    lambda mac: " ".join(mac[at : at + 2] for at in range(0, 12, 2)).upper(),
    lambda mac: f"0x{mac}",
)

WORDS = st.text("abcdefghjkmnpqrstuvwxyz", min_size=6, max_size=10)
NAMES = st.builds("{}-{}{}".format, WORDS, WORDS, st.integers(1, 99))
SERIALS = st.builds("{}{}".format, st.text("GHJKLMNPRSTUVWXYZ", min_size=3, max_size=4), st.integers(10**8, 10**9))
ADDRESSES = st.builds("10.{}.{}.{}".format, st.integers(100, 255), st.integers(100, 255), st.integers(100, 255))
MACS = st.builds("00e0fc{:06x}".format, st.integers(0xA00000, 0xFFFFFF))


def network_of(names: list[str], addresses: list[str], serials: list[str], macs: list[str]) -> Document:
    """A document that says each value in its own field, and all values of all devices in each free text."""
    said = " ".join((*names, *map(str.upper, names), *addresses, *serials, *map(str.lower, serials)))
    said += " " + " ".join(write(mac) for mac in macs for write in MAC_WRITINGS)
    said += " " + "".join(f"x{name}y " for name in names)
    devices = [
        box(number, *values, said) for number, values in enumerate(zip(names, addresses, serials, macs, strict=True))
    ]
    header = replace(
        documents.HEADER,
        notes=(said,),
        policies_chosen=said,
        coverage=replace(documents.HEADER.coverage, silent=(SilentRange(f"{addresses[0]}/32", 1, 1),)),
        record=RunRecord(
            14,
            "scan",
            f"{names[0]}@{names[-1]}",
            datetime(2026, 11, 22, 2, 10, tzinfo=UTC),
            None,
            (f"{addresses[0]}/24", names[0]),
            (addresses[-1],),
            "gentle",
            ("snmp",),
            "ab" * 32,
        ),
        judged_by=(JudgedBy("zones", f"{names[0]}.yaml", "cd" * 32),),
    )
    ids = sorted(judged.device.id for judged in devices)
    seen = ReportedNeighbour(
        names[0],
        MAC_WRITINGS[0](macs[0]),
        addresses[0],
        said,
        documents.ZTE,
        (Watched("zte", WatchLevel.POSSIBLE, 0.5, (Role.MAKER,), (QuotedText("snmp.lldp_remote", said),)),),
        (Sighting(ids[0], names[-1], said, LinkKind.LLDP),),
        (),
        said,
    )
    return replace(
        build(header, devices, (NotAssessed(names[0], GapReason.NO_ANSWER, addresses[0]),)),
        seen_only_as_neighbour=(seen,),
        links=(ReportedLink(ids[0], ids[-1], ("lldp",)),),
    )


def box(number: int, name: str, address: str, serial: str, mac: str, said: str) -> ReportedDevice:
    maker = Party("huawei", "Huawei Technologies")
    colons = MAC_WRITINGS[0](mac)
    claims = tuple(
        ClaimRecord(Role.MAKER, "huawei", source, text, "huawei/rule", 2.0, said)
        for source, text in (
            ("snmp.sys_descr", said),
            ("snmp.sys_name", name),
            ("snmp.entity_serial", serial),
            ("snmp.if_phys_address", colons),
            ("ssh.prompt", f"{name}#"),
        )
    )
    reasons = (
        NamedOnPart(ComponentKind.CARD, said, said),
        SerialOfPart(ComponentKind.CARD, said, serial),
        QuotedText("snmp.sys_descr", said),
    )
    tied = Watched("huawei", WatchLevel.CONFIRMED, 0.99, (Role.MAKER,), reasons)
    identity = Identity(
        Level.CONFIRMED,
        0.99,
        maker,
        maker,
        model=f"NE40E {said}",
        version=said,
        serial=serial,
        os=said,
        kind="router",
        claims=claims,
    )
    device = Device(
        f"{number:016x}",
        (f"{address}:1161", name),
        (address,),
        f"{name}.bank.example",
        (("site", f"{name}-site"), ("note", said)),
        identity,
        (tied,),
        (Component(ComponentKind.CARD, said, maker, said, serial, (tied,)),),
        (Neighbour(NeighbourProtocol.LLDP, said, name, colons, said, said, (address,)),),
        (Gap("snmp", said, GapReason.MALFORMED, said), Gap("ssh", f"22/tcp via {name}", GapReason.NO_ANSWER, said)),
        merging=Merging(
            (JoinedBy(MatchedBy.SERIAL, serial, (address, name)),),
            (KeptApart(ApartBy.NAME, MatchedBy.MAC, colons, (address,), 1),),
        ),
    )
    placement = Placement(
        True, Tier.CORE, said, Origin.DECLARED, name, "core_ip", said, said, said, said, name,
        OwnWords(name, name, (said, name), True),
    )  # fmt: skip
    finding = ReportedFinding("us-889a", "telecom", Verdict.RESTRICTED, said, "Pub. L.", None, None, f"card {said}")
    return ReportedDevice(device, placement, (finding, replace(finding, waiver=f"W-1: {said}")), Verdict.RESTRICTED)


def shown(rendered: str | bytes) -> str:
    """All text of a report, also what is compressed in it, without the ends of its lines."""
    if isinstance(rendered, str):
        blocks = re.findall(r'<script type="application/octet-stream"[^>]*>([^<]*)<', rendered)
        return "\n".join((rendered, *(gzip.decompress(b64decode(block)).decode() for block in blocks)))
    if rendered.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(rendered)) as whole:
            return "\n".join(whole.read(name).decode("utf-8", "replace") for name in whole.namelist())
    if rendered.startswith(b"%PDF"):
        return TEXT_OF_BYTES["pdf"](rendered)
    return rendered.decode("utf-8", "replace")


def left_in(report: str, planted: Iterator[str]) -> list[str]:
    """The planted values that a report still says, in any case and across the ends of its lines."""
    text = re.sub(r"\s+", "", report).lower()
    return [value for value in planted if re.sub(r"\s+", "", value).lower() in text]


@pytest.mark.parametrize("form", FORMATS)
@settings(deadline=None, max_examples=5, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_planted_name_address_mac_or_serial_is_left_in_any_format(form: str, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 3))
    names, addresses, serials, macs = (
        data.draw(st.lists(values, min_size=count, max_size=count, unique=True))
        for values in (NAMES, ADDRESSES, SERIALS, MACS)
    )
    report = shown(render(redact(network_of(names, addresses, serials, macs)), form))
    written = (write(mac) for mac in macs for write in MAC_WRITINGS)
    halves = (MAC_WRITINGS[0](mac)[9:] for mac in macs)
    assert left_in(report, iter((*names, *addresses, *serials, *written, *halves, "bank.example"))) == []


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_that_it_is_redacted_and_of_which_report(form: str) -> None:
    whole = documents.network()
    report = re.sub(r"\s+", " ", shown(render(redact(whole), form)))
    assert "redacted" in report.lower()
    assert report_number(whole) in report


def test_equal_values_have_equal_pseudonyms_wherever_they_stand() -> None:
    document = redact(network_of(["lon-core-1"], ["10.200.200.200"], ["GHJ123456789"], ["00e0fca0b1c2"]))
    (judged,) = document.devices
    device, record = judged.device, document.header.record
    assert record is not None
    name, address, serial = device.labels[1], device.addresses[0], device.identity.serial
    assert device.labels[0] == f"{address}:1161"
    assert (device.neighbours[0].name, document.not_assessed[0].target, judged.placement.site) == (name, name, name)
    assert (device.components[0].serial, device.identity.claims[2].text) == (serial, serial)
    assert (record.targets, record.exclusions) == ((f"{address}/24", name), (address,))
    assert device.neighbours[0].chassis_id == device.identity.claims[3].text == "mac-00e0fc-0001"
    assert (document.links[0].device, document.seen_only_as_neighbour[0].sightings[0].device) == (device.id, device.id)
    assert str(serial) in judged.findings[0].because
    assert address in judged.findings[0].because


def test_makers_models_versions_verdicts_policies_and_tiers_stay() -> None:
    whole = build(documents.HEADER, (documents.huawei_core(), documents.olt(), documents.zte_metro()), ())
    kept = [
        (
            judged.device.identity.vendor,
            judged.device.identity.model,
            judged.device.identity.version,
            judged.verdict,
            judged.placement.tier,
            [(finding.policy, finding.rule, finding.because, finding.citation) for finding in judged.findings],
        )
        for judged in whole.devices
    ]
    redaction = redaction_of(whole)
    devices = {judged.device.id: judged for judged in redaction.document.devices}
    for judged, before in zip(whole.devices, kept, strict=True):
        after = devices[redaction.ids[judged.device.id]]
        identity = after.device.identity
        findings = [(finding.policy, finding.rule, finding.because, finding.citation) for finding in after.findings]
        known = (identity.vendor, identity.model, identity.version, after.verdict, after.placement.tier, findings)
        assert known == before


def test_the_same_document_has_the_same_pseudonyms() -> None:
    assert redact(documents.network()) == redact(documents.network())


def test_the_order_of_pseudonyms_tells_nothing_of_the_order_of_addresses() -> None:
    addresses = [f"192.0.2.{number}" for number in range(1, 101)]
    names = pseudonyms_of(dict.fromkeys(addresses, PrivateKind.ADDRESS), "run 1")
    others = pseudonyms_of(dict.fromkeys([*addresses, "192.0.2.200"], PrivateKind.ADDRESS), "run 1")
    assert sorted(addresses, key=names.__getitem__) != addresses
    assert sorted(addresses, key=names.__getitem__) != sorted(addresses, key=others.__getitem__)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from 192.0.2.1:161", ["192.0.2.1"]),
        ("1.3.6.1.4.1.2011.2.62", []),
        ("2026-11-22 at 12:34:56", []),
        ("00:E0:FC:12:34:56 and 00e0.fc12.3456", ["00:E0:FC:12:34:56", "00e0.fc12.3456"]),
        ("Hex-STRING: 00 E0 FC 12 34 56", ["00 E0 FC 12 34 56"]),
        ("engine 80:00:07:db:03:00:e0:fc:12:34:56", ["80:00:07:db:03:00:e0:fc:12:34:56"]),
        ("[2001:db8::7]:22 refused, fe80::1%eth0", ["2001:db8::7", "fe80::1"]),
        ("ask noc@bank.example or gw.lon.bank.example", ["noc@bank.example", "gw.lon.bank.example"]),
        ("rows of /home/jo/bank/boxes.csv", ["/home/jo/bank/boxes.csv"]),
        ("c2960-lanbasek9-mz.150-2.SE.bin", []),
        ("ip-10-1-2-3", ["10-1-2-3"]),
    ],
)
def test_what_looks_private_is_found_in_any_text(text: str, found: list[str]) -> None:
    texts = {text[span.start : span.end] for span in private_spans(text)}
    assert {value for value in texts if not any(value != other and value in other for other in texts)} == set(found)


def test_a_known_name_is_found_inside_longer_words_and_a_short_one_as_a_word() -> None:
    kinds = {"lon-core-1": PrivateKind.NAME, "r1": PrivateKind.NAME, "10.0.0.1": PrivateKind.ADDRESS}
    known = KnownValues(kinds, {"lon-core-1": "A", "r1": "B", "10.0.0.1": "C"})
    assert list(known.hits("xLON-CORE-1y")) == [Hit(1, 11, "A")]
    assert list(known.hits("R1, V800R100")) == [Hit(0, 2, "B")]
    assert list(known.hits("10.0.0.12 1.3.6.1.20.10.0.0.1")) == [Hit(21, 29, "C")]


@pytest.mark.parametrize("port", ["GigabitEthernet0/0/1", "xe-0/0/1", "Te1/1", "eth0", "7", "Vlanif 100", "10GE1/0/1"])
def test_the_name_that_a_system_gives_a_port_stays(port: str) -> None:
    assert is_plain_port(port)


@pytest.mark.parametrize("port", ["to-bank-hq", "bank1", "uplink London"])
def test_the_name_that_a_person_gives_a_port_is_private(port: str) -> None:
    assert not is_plain_port(port)


@pytest.mark.parametrize("port", ["52:54:00:00:00:13", "10.0.0.7"])
def test_an_address_that_stands_for_a_port_is_private(port: str) -> None:
    judged = documents.huawei_core()
    neighbour = Neighbour(NeighbourProtocol.LLDP, "1", "sw", "", port)
    document = build(documents.HEADER, (replace(judged, device=replace(judged.device, neighbours=(neighbour,))),), ())
    (after,) = redact(document).devices
    assert after.device.neighbours[0].port.split("-")[0] in ("mac", "address")


def test_a_zone_that_is_called_like_a_word_of_the_law_leaves_the_law_as_it_is() -> None:
    judged = replace(documents.huawei_core(), placement=replace(documents.CORE, zone="public communications"))
    document = redact(build(documents.HEADER, (judged,), ()))
    assert document.header.policies == documents.POLICIES
    assert str(document.devices[0].placement.zone).startswith("zone-")


def test_a_version_that_is_written_like_an_address_stays() -> None:
    (judged,) = build(documents.HEADER, (documents.huawei_core(),), ()).devices
    said = documents.claim(Role.PLATFORM, "huawei", "snmp.sys_descr", "Version 15.2.7.3 of 192.0.2.77", 1.0)
    identity = replace(judged.device.identity, version="15.2.7.3", claims=(said,))
    document = build(documents.HEADER, (replace(judged, device=replace(judged.device, identity=identity)),), ())
    (after,) = redact(document).devices
    assert after.device.identity.claims[0].text.startswith("Version 15.2.7.3 of address-")


def test_an_explanation_of_a_redacted_device_names_nothing_of_it() -> None:
    whole = documents.network()
    redaction = redaction_of(whole)
    device = whole.devices[0].device
    (after,) = [judged for judged in redaction.document.devices if judged.device.id == redaction.ids[device.id]]
    text = explain_device(after, redaction.document.header)
    assert left_in(text, iter((device.name, *device.addresses, str(device.identity.serial), "210235A1B2C3"))) == []


def test_the_option_or_kitscan_yaml_redacts_what_is_written(tmp_path: Path) -> None:
    asked = ReportRequest(output_format="json", out=(tmp_path / "report.json",))
    written = []
    for config, option in (("", False), ("", True), ("redact: yes\n", False)):
        (tmp_path / "kitscan.yaml").write_text(config)
        request, read = replace(asked, redact=option), read_config(tmp_path)
        report(documents.few(), planned_reports(request, read), request, read)
        written.append("bri-olt-9" in (tmp_path / "report.json").read_text())
    assert written == [True, False, False]


@pytest.mark.parametrize("command", [scan.command, assess.command, explain.command])
def test_the_commands_that_report_offer_it(command: click.Command) -> None:
    assert "redact" in [parameter.name for parameter in command.params]


def test_ten_thousand_devices_are_redacted_in_seconds() -> None:
    documents_of = documents.many(10_000)
    started = process_time()
    redact(documents_of)
    assert process_time() - started < 12  # four times what an idle machine takes


@pytest.mark.parametrize(
    "written",
    [
        "00e0fc-a1b2c3",
        "00e0fc:a1b2c3",
        "00.e0.fc.a1.b2.c3",
        "00_e0_fc_a1_b2_c3",
        "0a 93 cb 77",
        "0A:93:CB:77",
        "kestrel_hollow7",
        "kestrelhollow7",
    ],
)
def test_what_gear_prints_in_another_writing_is_found_in_a_sentence(written: str) -> None:
    document = network_of(["kestrel-hollow7"], ["10.147.203.119"], ["GHJK482915377"], ["00e0fca1b2c3"])
    noted = replace(document, header=replace(document.header, notes=(f"seen: {written} there",)))
    assert written.lower() not in redact(noted).header.notes[0].lower()


def test_match_keys_and_the_digest_of_what_a_device_said_are_left_out() -> None:
    whole = documents.network()
    device = replace(whole.devices[0].device, keys=("serial=210235A1B2C3",), evidence="0123456789abcdef")
    judged = replace(whole.devices[0], device=device)
    (redacted,) = redact(replace(whole, devices=(judged,), links=())).devices
    assert (redacted.device.keys, redacted.device.evidence) == ((), "")
