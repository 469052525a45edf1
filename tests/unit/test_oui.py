"""MAC prefixes: the longest one wins, the whole table agrees with another library's, and some addresses name nobody."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.database import oui
from fingerprints.database.oui import MacKind, Organisation, OuiRegistry, load_registry, packed, unpacked
from scanner.updates.compiled_tables import oui_table
from scanner.updates.mac_vendors import installed_list

RENAMED = Path(__file__).with_name("oui_renamed.tsv")


@pytest.fixture(scope="module")
def registry() -> OuiRegistry:
    return load_registry()


def mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


@pytest.mark.parametrize(
    ("address", "organisation"),
    [
        ("28:6F:B9:00:00:01", Organisation("Nokia Shanghai Bell Co., Ltd.", "286FB9")),
        ("C8:5C:E2:7A:BC:DE", Organisation("SYNERGY SYSTEMS AND SOLUTIONS", "C85CE27")),
        ("00:1B:C5:00:00:00", Organisation("Converging Systems Inc.", "001BC5000")),
        ("F2:00:00:00:00:00", None),
    ],
)
def test_the_longest_prefix_names_the_organisation(
    registry: OuiRegistry, address: str, organisation: Organisation | None
) -> None:
    assert registry.lookup(mac(address)) == organisation


def test_a_part_nobody_bought_of_a_split_block_names_nobody() -> None:
    tables = unpacked(packed({"8C1F64": "IEEE Registration Authority", "8C1F64000": "Able", "0050C2": "Private"}))
    registry = OuiRegistry(tables, {})
    answers = [registry.lookup(mac(text)) for text in ("8C1F64000001", "8C1F64001001", "0050C2000000")]
    assert answers == [Organisation("Able", "8C1F64000"), None, None]


@pytest.mark.parametrize("octets", [b"", b"\0" * 5, b"\0" * 8])
def test_what_is_not_six_octets_names_nobody(registry: OuiRegistry, octets: bytes) -> None:
    assert registry.lookup(octets) is None
    assert registry.kind_of(octets) is MacKind.PLACEHOLDER


def test_every_24_bit_prefix_is_that_of_mac_vendor_lookup_but_for_renamed_organisations(registry: OuiRegistry) -> None:
    pairs = [line.split("\t") for line in RENAMED.read_text(encoding="utf-8").splitlines()]
    renamed = {(theirs, ours) for theirs, ours in pairs}
    installed = installed_list()
    assert installed is not None
    theirs = installed.names
    tables = oui.read_tables()
    ours = {f"{prefix:06X}": tables.names[number].decode() for prefix, number in tables.of_24.items()}
    wrong = {
        prefix: (name, ours.get(prefix))
        for prefix, name in theirs.items()
        if ours.get(prefix) != name and (name, ours.get(prefix)) not in renamed
    }
    assert len(theirs) > 38_000
    assert wrong == {}


def test_the_table_has_all_three_widths() -> None:
    tables = oui.read_tables()
    assert (len(tables.of_24), len(tables.of_28), len(tables.of_36)) == (40_010, 6_565, 7_155)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("48:46:FB:00:00:01", MacKind.UNIVERSAL),
        ("02:42:AC:11:00:02", MacKind.LOCAL),
        ("01:80:C2:00:00:0E", MacKind.GROUP),
        ("FF:FF:FF:FF:FF:FF", MacKind.PLACEHOLDER),
        ("00:00:00:00:00:00", MacKind.PLACEHOLDER),
        ("00:00:09:12:34:56", MacKind.PLACEHOLDER),
        ("00:00:0A:12:34:56", MacKind.UNIVERSAL),
        ("00:00:5E:00:01:0A", MacKind.VIRTUAL_GATEWAY),
        ("00:00:5E:00:02:0A", MacKind.VIRTUAL_GATEWAY),
        ("00:00:5E:00:53:01", MacKind.UNIVERSAL),
        ("00:00:0C:07:AC:01", MacKind.VIRTUAL_GATEWAY),
        ("00:00:0C:9F:F0:01", MacKind.VIRTUAL_GATEWAY),
        ("00:00:0C:9F:E0:01", MacKind.UNIVERSAL),
        ("00:07:B4:00:01:01", MacKind.VIRTUAL_GATEWAY),
        ("00:1C:73:00:00:99", MacKind.VIRTUAL_GATEWAY),
        ("00:50:56:01:02:03", MacKind.HYPERVISOR),
        ("00:15:5D:01:02:03", MacKind.HYPERVISOR),
        ("52:54:00:01:02:03", MacKind.HYPERVISOR),
        ("00:11:22:33:44:55", MacKind.PLACEHOLDER),
        ("00:11:22:33:44:56", MacKind.UNIVERSAL),
    ],
)
def test_addresses_that_name_nobody_are_told_from_those_that_do(
    registry: OuiRegistry, address: str, kind: MacKind
) -> None:
    assert registry.kind_of(mac(address)) is kind


HEX = "0123456789ABCDEF"
PREFIXES = st.one_of(*(st.text(HEX, min_size=digits, max_size=digits) for digits in (6, 7, 9)))
TABLES = st.dictionaries(PREFIXES, st.text("abcé ", min_size=1).filter(str.strip), max_size=30)


@given(TABLES, st.data())
def test_lookup_is_the_longest_prefix_that_a_plain_search_finds(
    organisations: dict[str, str], data: st.DataObject
) -> None:
    heads = st.sampled_from(sorted(organisations)) if organisations else st.just("")
    digits = (data.draw(heads) + data.draw(st.text(HEX, min_size=12, max_size=12)))[:12]
    longest = max((prefix for prefix in organisations if digits.startswith(prefix)), key=len, default=None)
    found = OuiRegistry(unpacked(packed(organisations)), {}).lookup(bytes.fromhex(digits))
    assert found == (Organisation(organisations[longest], longest) if longest else None)


@given(TABLES, st.lists(st.text(HEX, min_size=12, max_size=12), max_size=5), st.data())
def test_what_was_asked_before_changes_no_answer(
    organisations: dict[str, str], tails: list[str], data: st.DataObject
) -> None:
    heads = data.draw(st.lists(st.sampled_from(sorted(organisations)), max_size=10)) if organisations else []
    macs = [bytes.fromhex((head + tail)[:12]) for tail in tails for head in (*heads, "")]
    tables = unpacked(packed(organisations))
    asked_before = OuiRegistry(tables, {})
    answers = [asked_before.lookup(mac) for mac in (*macs, *reversed(macs))]
    assert answers == [OuiRegistry(tables, {}).lookup(mac) for mac in (*macs, *reversed(macs))]


def test_a_foreign_table_is_refused() -> None:
    with pytest.raises(ValueError, match="not a table"):
        unpacked(b"something else\n")


def test_a_snapshot_becomes_a_table_with_names_only() -> None:
    snapshot = '{"ABCDEF": "Able  Ltd\\n1 Street\\nTown", "ABCDEF1": "Baker\\nThere"}'
    table = unpacked(oui_table(snapshot, {"ABCDEF": "Old", "123456": "Cable"}))
    assert table.names == [b"Able Ltd", b"Baker", b"Cable"]
    assert (table.of_24, table.of_28, table.of_36) == ({0x123456: 2, 0xABCDEF: 0}, {0xABCDEF1: 1}, {})
