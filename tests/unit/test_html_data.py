"""The data of the HTML report: every row and every drawer, read back from the page as the script reads it."""

import gzip
import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fingerprints.model.device import ClaimRecord, Component, Role
from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import GapReason
from fingerprints.model.neighbour import Neighbour, NeighbourProtocol
from reports.document.document import Document, NotAssessed, ReportedDevice, ReportedLink, build
from reports.document.due import due_days
from reports.document.groups import finding_groups
from reports.document.not_assessed import targets_without_device, unidentified
from reports.document.overview import name_of, open_findings, worst_first
from reports.document.sanitize import sanitize
from reports.explanation.device import by_weight
from reports.formats.as_json import device_of
from reports.formats.html.drawer.claim_lines import EvidenceKind, claim_lines, kind_of
from reports.formats.html.drawer.stanzas import scan_command, waiver_stanza, zone_stanza
from reports.formats.html.evidence import CHUNK, FIELDS, WITH_SHARED
from reports.formats.html.rows import data_blocks
from reports.formats.registry import render
from reports.judgement.waivers import TO_WRITE, read_waivers
from reports.placement.zones import places, read_zones
from reports.policy.verdict import Verdict
from reports.policy.vocabulary import Tier
from tests.unit import documents


@dataclass(frozen=True, slots=True)
class Page:
    """The blocks of a page, opened."""

    rows: dict[str, Any]
    drawers: list[dict[str, Any]]

    def words(self, row: int) -> list[str]:
        return self.rows["words"][row].split("\t")

    def word(self, row: int, name: str) -> str:
        return self.words(row)[self.rows["named"].index(name)]

    def key(self, row: int, column: str) -> str | None:
        place = self.rows["one"][column][row]
        return None if place < 0 else self.rows["lists"][column][place][0]

    def keys(self, row: int, column: str) -> set[str]:
        places = self.rows["sets"][column][self.rows["many"][column][row]]
        return {self.rows["lists"][column][place][0] for place in places}


def read(document: Document) -> Page:
    """The rows and drawers of a document, decoded as scripts/10-data.js decodes them."""
    blocks = {block.id: json.loads(gzip.decompress(b64decode(block.text))) for block in data_blocks(document)}
    rows, shared = blocks.pop("data-rows"), blocks.pop("data-shared")
    drawers: list[dict[str, Any]] = []
    for number in range(len(blocks)):
        chunk = blocks[f"data-evidence-{number}"]
        fresh = iter(chunk["strings"])
        for fields in chunk["drawers"]:
            drawers.append(decoded(fields, rows["words"][len(drawers)].split("\t"), chunk["strings"], fresh, shared))
    return Page(rows, drawers)


def decoded(
    fields: list[Any], words: list[str], strings: list[str], fresh: Iterator[str], shared: list[list[str]]
) -> dict[str, Any]:
    def text(number: int) -> str:
        return words[-number - 1] if number < 0 else strings[number - 1] if number else next(fresh)

    def texts(value: Any) -> Any:
        return [texts(part) for part in value] if isinstance(value, list) else text(value)

    def lines(numbers: list[int], own: int) -> list[list[str]]:
        width = own + 1 if own else max(len(numbers), 1)
        groups = [numbers[at : at + width] for at in range(0, len(numbers), width)]
        return [[*shared[first], *map(text, others)] for first, *others in groups]

    return {
        name: lines(value, WITH_SHARED[name]) if name in WITH_SHARED else texts(value)
        for name, value in zip(FIELDS, fields, strict=True)
    }


def leaves(value: Any) -> Iterator[str]:
    """Every text of a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from leaves(part)


def rich(number: int) -> ReportedDevice:
    """A device with more of everything than a page once showed."""
    judged = documents.huawei_core()
    device = judged.device
    claims = tuple(
        ClaimRecord(Role.MAKER, "huawei", "snmp.entity_serial", f"SN-{number}-{at}", "r", 1 + at / 100, f"1.3.6.{at}")
        for at in range(40)
    )
    parts = tuple(
        Component("optic", f"slot {at}", documents.CISCO, f"OPT-{at}", f"PART-{number}-{at}") for at in range(90)
    )
    neighbours = tuple(
        Neighbour(NeighbourProtocol.LLDP, f"ge-{at}", f"far-{number}-{at}", f"aa:{at}", "p", "text") for at in range(60)
    )
    identity = replace(device.identity, claims=claims, serial=f"CHASSIS-{number}")
    known = replace(device, id=f"dev-{number:03d}", name=f"box-{number}", identity=identity)
    return replace(judged, device=replace(known, components=parts, neighbours=neighbours))


def test_every_device_and_every_other_target_has_a_row_in_its_place() -> None:
    document = documents.network()
    page = read(document)
    names = [name_of(judged) for judged in worst_first(document)]
    expected = [*(sanitize(name) for name in names), *(missing.target for missing in targets_without_device(document))]
    assert [page.word(row, "name") for row in range(len(page.drawers))] == expected


CODES = ("role", "roles", "reason", "rule", "policy", "verdict", "origin", "tier", "protocol", "kind", "level", "by")
WORDED = frozenset((*CODES, "id", "company", "entity", "milestone", "deadline", "starts", "day", "seen"))
"""Keys of the JSON document that hold a code, a date or a count, for which a drawer has words."""


def test_everything_that_the_json_document_says_of_a_device_is_in_its_row_or_drawer() -> None:
    document = build(documents.HEADER, (*documents.network().devices, *map(rich, range(3))), ())
    page = read(document)
    for row, judged in enumerate(worst_first(document)):
        shown = "\n".join((*page.words(row), *leaves(page.drawers[row]))).casefold()
        said = texts_outside(device_of(judged, document.header.as_of), WORDED)
        assert [text for text in said if sanitize(text, len(text)).casefold() not in shown] == []
        assert page.word(row, "id") == judged.device.id


def texts_outside(value: Any, keys: frozenset[str]) -> Iterator[str]:
    """The texts of a JSON value but those under keys that hold codes, for which a drawer has words."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key not in keys:
                yield from texts_outside(part, keys)
    elif isinstance(value, list):
        for part in value:
            yield from texts_outside(part, keys)
    elif isinstance(value, str) and value:
        yield value


def test_nothing_is_cut_however_much_a_device_has() -> None:
    drawer = read(build(documents.HEADER, (rich(1),), ())).drawers[0]
    assert {name: len(drawer[name]) for name in ("claims", "parts", "neighbours")} == {
        "claims": 40,
        "parts": 90,
        "neighbours": 60,
    }


def test_drawers_of_many_chunks_are_those_of_their_rows() -> None:
    document = build(documents.HEADER, map(rich, range(2 * CHUNK + 3)), ())
    page = read(document)
    serials = [line[-1] for drawer in page.drawers for line in drawer["parts"][:1]]
    expected = [judged.device.components[0].serial for judged in worst_first(document)]
    assert serials == expected


def test_a_serial_number_that_a_row_and_two_claims_hold_stands_in_the_file_once() -> None:
    document = build(documents.HEADER, (rich(7),), ())
    texts = [gzip.decompress(b64decode(block.text)).decode() for block in data_blocks(document)]
    assert sum(text.count("PART-7-11") for text in texts) == 1


def test_the_same_evidence_gives_the_same_bytes() -> None:
    document = documents.network()
    shuffled = build(document.header, reversed(document.devices), document.not_assessed)
    assert data_blocks(document) == data_blocks(shuffled)
    assert render(document, "html") == render(shuffled, "html")


@settings(max_examples=60)
@given(st.text(st.characters(), min_size=1))
@example("\u0300")  # a mark without a letter
@example("a" + 9 * "\u0301")  # a tower of marks
def test_whatever_a_device_says_is_read_back_visible_and_whole(text: str) -> None:
    page = read(documents.speaking(text))
    shown = sanitize(text, len(text))
    assert [sum(shown in leaf for leaf in leaves(drawer)) > 10 for drawer in page.drawers[:1]] == [True]
    assert all(leaf.isprintable() for drawer in page.drawers for leaf in leaves(drawer))
    assert all(word.isprintable() for row in range(len(page.drawers)) for word in page.words(row))


def test_a_filter_finds_the_devices_that_the_document_counts() -> None:
    document = documents.network()
    page, devices = read(document), worst_first(document)
    assert [page.key(row, "verdict") for row in range(len(devices))] == [judged.verdict.value for judged in devices]
    assert [page.keys(row, "policy") for row in range(len(devices))] == [
        {finding.policy for finding in open_findings(judged)} for judged in devices
    ]
    assert [page.keys(row, "part") for row in range(len(devices))] == [
        {part.kind for part in judged.device.components} or set() for judged in devices
    ]


def test_the_rows_of_a_day_and_of_a_group_are_those_of_the_document() -> None:
    document = documents.few()
    page, devices = read(document), worst_first(document)
    groups = finding_groups(document)
    for row, judged in enumerate(devices):
        assert page.keys(row, "due") == {due_day.day.isoformat() for due_day in due_days(judged)}
        assert page.keys(row, "group") == {str(at) for at, group in enumerate(groups) if judged in group.devices}


def test_a_target_that_is_no_device_has_a_cause_and_a_next_step_and_never_a_maker_or_a_place() -> None:
    document = documents.network()
    page = read(document)
    row = len(document.devices)
    assert (page.word(row, "name"), page.key(row, "verdict"), page.key(row, "cause")) == (
        "10.0.8.77",
        "not_assessed",
        "no-credential",
    )
    assert (page.key(row, "maker"), page.key(row, "place"), page.key(row, "level")) == (None, None, None)
    assert page.key(row, "step") == "Add a credential for it to the credentials file"
    assert page.drawers[row]["summary"] == "Not assessed: no credential covers it. It is not clear."


def test_a_device_that_takes_the_name_of_a_target_hides_no_target() -> None:
    impostor = documents.camera(1)
    impostor = replace(impostor, device=replace(impostor.device, name="10.0.8.77"))
    target = NotAssessed("10.0.8.77", GapReason.NO_CREDENTIAL)
    assert targets_without_device(build(documents.HEADER, (impostor,), (target,))) == (target,)


@pytest.mark.parametrize("missing", [(), (NotAssessed("10.0.8.77", GapReason.NO_ANSWER),)], ids=["nothing", "a target"])
def test_a_report_without_a_device_has_every_column(missing: tuple[NotAssessed, ...]) -> None:
    page, full = read(build(documents.HEADER, (), missing)), read(documents.network())
    assert {name: len(column) for name, column in page.rows["one"].items()} == dict.fromkeys(
        full.rows["one"], len(missing)
    )
    assert (page.rows["many"].keys(), len(page.drawers)) == (full.rows["many"].keys(), len(missing))


def test_a_device_without_a_verdict_has_one_row_with_its_cause() -> None:
    judged = documents.unknown()
    missing = unidentified(judged.device)
    page = read(build(documents.HEADER, (judged,), (missing,)))
    assert [page.key(row, "cause") for row in range(len(page.drawers))] == [missing.reason.value]


def test_claims_stand_in_the_order_of_explain() -> None:
    for judged in documents.network().devices:
        lines = [(line[1], line[2]) for line in claim_lines(judged.device.identity)]
        assert lines == [(claim.at, claim.text) for _, claim in by_weight(judged.device.identity.claims)]


def test_the_words_of_a_company_that_contradicts_the_answer_are_marked_as_such() -> None:
    lines = claim_lines(documents.liar().device.identity)
    assert [(line[0][2], line[0][6], line[0][7]) for line in lines] == [
        ("Cisco Systems", "text", "for"),
        ("Huawei Technologies", "MAC address", "against"),
        ("Huawei Technologies", "part memory", "against"),
    ]


def test_the_company_that_lost_a_contradiction_has_no_percentage() -> None:
    (drawer,) = read(build(documents.HEADER, (documents.liar(),), ())).drawers
    assert [line[0] for line in drawer["ties"]] == ["huawei (built by): probable"]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("snmp.sys_descr", EvidenceKind.TEXT),
        ("snmp.sys_object_id", EvidenceKind.TREE),
        ("snmp.entity_serial", EvidenceKind.MEMORY),
        ("link.mac", EvidenceKind.MAC),
        ("ssh.command", EvidenceKind.COMMAND_LINE),
        ("ssh.ident", EvidenceKind.SERVICE),
        ("neighbour.lldp", EvidenceKind.NEIGHBOUR),
        ("inventory", EvidenceKind.INVENTORY),
    ],
)
def test_a_source_is_of_one_kind_of_evidence(source: str, kind: EvidenceKind) -> None:
    assert kind_of(source) is kind


def test_a_neighbour_that_the_report_knows_names_its_row() -> None:
    page = read(documents.network())
    (drawer,) = [drawer for row, drawer in enumerate(page.drawers) if page.word(row, "name") == "lon-core-1"]
    named = [(line[4], page.word(int(line[7]), "name") if line[7] else "") for line in drawer["neighbours"]]
    assert named == [("lon-core-2", "lon-core-2"), ("10.0.0.3", "lon-core-3")]


def test_a_neighbour_that_two_devices_may_be_names_no_row() -> None:
    twin = documents.network().devices[1]
    twins = tuple(replace(twin, device=replace(twin.device, id=f"twin-{at}", addresses=())) for at in (1, 2))
    page = read(build(documents.HEADER, (documents.huawei_core(), *twins), ()))
    assert [line[7] for line in page.drawers[0]["neighbours"]] == ["", ""]


def test_a_link_that_only_the_other_side_reports_is_a_neighbour_too() -> None:
    document = replace(documents.network(), links=(ReportedLink("dev-01", "dev-06", ("lldp",)),))
    page = read(document)
    assert [(line[0], line[4]) for line in page.drawers[0]["neighbours"] if line[7]] == [("LLDP", "met-rtr-6")]


def written(tmp_path: Path, name: str, lines: tuple[str, ...]) -> Path:
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def filled_in(stanza: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line.replace(TO_WRITE, "Ann") for line in stanza)


def test_a_waiver_that_is_copied_and_not_filled_in_is_refused(tmp_path: Path) -> None:
    device = documents.huawei_core().device
    stanza = waiver_stanza(device, (documents.US_TELECOM,), date(2026, 11, 22))
    with pytest.raises(DataFileError, match="TO WRITE"):
        read_waivers(written(tmp_path, "waivers.yaml", stanza))


@pytest.mark.parametrize(
    "text", ["10.0.0.1", "[a*?]", 'say "hi"\n- x: 1', "\x1b]0;owned\x07", "safe\u202eexe", "# 😀", "\ud800"]
)
def test_a_waiver_to_copy_is_read_and_covers_its_finding_alone(tmp_path: Path, text: str) -> None:
    device = replace(documents.huawei_core().device, labels=(text,))
    finding = replace(documents.US_TELECOM, component=text, rule=text)
    path = written(tmp_path, "waivers.yaml", filled_in(waiver_stanza(device, (finding, finding), date(2026, 11, 22))))
    (waiver,) = read_waivers(path).waivers
    assert (waiver.reason, waiver.owner, waiver.expires) == ("Ann", "Ann", date(2027, 2, 20))
    assert waiver.scope.policies == ("us-889a",)
    assert not waiver.scope.own_name


def test_a_waiver_for_a_device_without_address_and_label_names_its_id(tmp_path: Path) -> None:
    device = replace(documents.huawei_core().device, addresses=(), labels=())
    stanza = waiver_stanza(device, (documents.US_TELECOM,), date(2026, 11, 22))
    (waiver,) = read_waivers(written(tmp_path, "waivers.yaml", filled_in(stanza))).waivers
    assert (waiver.scope.devices, waiver.scope.own_name) == (("dev-01",), True)


@pytest.mark.parametrize(
    ("addresses", "labels"),
    [(("192.0.2.1", "192.0.2.1:1161", "2001:db8::1"), ()), ((), ("rack [7] *",))],
)
def test_a_zone_to_copy_is_read_and_is_the_strictest_and_places_its_device_alone(
    tmp_path: Path, addresses: tuple[str, ...], labels: tuple[str, ...]
) -> None:
    device = replace(documents.huawei_core().device, addresses=addresses, labels=labels)
    other = replace(device, addresses=("192.0.2.2",), labels=("rack 7 x",))
    zones = read_zones(written(tmp_path, "zones.yaml", zone_stanza(device)))
    assert [places(known, zones)[0].tier for known in (device, other)] == [Tier.CORE, None]


def test_a_device_without_address_and_label_has_no_zone_to_copy() -> None:
    assert zone_stanza(replace(documents.huawei_core().device, addresses=(), labels=())) == ()


def test_a_command_to_copy_is_one_word_for_the_shell() -> None:
    device = replace(documents.huawei_core().device, addresses=("10.0.0.1; reboot", "10.0.0.1"))
    assert scan_command(device, "ssh") == "kitscan scan 10.0.0.1 --probe ssh"


def test_a_verdict_that_binds_nobody_is_said_so_in_each_row() -> None:
    document = documents.network()
    page = read(replace(document, header=replace(document.header, binding=False)))
    labels = {page.key(row, "label") for row in range(5)}
    assert (labels, page.key(0, "verdict")) == ({"Would be restricted"}, Verdict.RESTRICTED.value)
