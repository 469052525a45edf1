"""A walk says the same in every form that net-snmp prints and people paste; a line that cannot be read is named."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.database.mib_names import mib_names
from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Gap, GapReason
from scanner.captures import read_snmpwalk
from scanner.snmpwalk_text import WalkedValue, walked_values

VALUES = (
    ("SNMPv2-MIB::sysDescr.0", "1.3.6.1.2.1.1.1.0", "STRING", "Acme Router: v1 = new"),
    ("SNMPv2-MIB::sysObjectID.0", "1.3.6.1.2.1.1.2.0", "OID", "1.3.6.1.4.1.99999.2.1"),
    ("SNMPv2-MIB::sysUpTime.0", "1.3.6.1.2.1.1.3.0", "Timeticks", "9024242"),
    ("SNMPv2-MIB::sysName.0", "1.3.6.1.2.1.1.5.0", "STRING", "edge-9"),
    ("IF-MIB::ifDescr.3", "1.3.6.1.2.1.2.2.1.2.3", "STRING", "Ethernet3"),
    ("IF-MIB::ifType.3", "1.3.6.1.2.1.2.2.1.3.3", "INTEGER", "6"),
    ("IF-MIB::ifPhysAddress.3", "1.3.6.1.2.1.2.2.1.6.3", "MAC", "\x00\xe0\x01\x02\x03\x0f"),
    ("ENTITY-MIB::entPhysicalClass.1", "1.3.6.1.2.1.47.1.1.1.1.5.1", "INTEGER", "3"),
    ("ENTITY-MIB::entPhysicalModelName.1", "1.3.6.1.2.1.47.1.1.1.1.13.1", "STRING", "AX-9"),
    ("SNMPv2-SMI::enterprises.99999.1.2.0", "1.3.6.1.4.1.99999.1.2.0", "STRING", "private text"),
)
"""Objects by name and number, with the type and the value."""

LABELS = {"IF-MIB::ifType.3": "ethernetCsmacd", "ENTITY-MIB::entPhysicalClass.1": "chassis"}


def numeric(text: str) -> str:
    return f".{text}"


def symbolic_identifier(oid: str) -> str:
    return oid.replace("1.3.6.1.4.1.", "SNMPv2-SMI::enterprises.")


def printed_value(name: str, kind: str, value: str, form: str) -> str:
    """A value as snmpwalk prints it, with its type or (`-Oq`, `-OQ`) without."""
    typed = form not in ("quick", "quick numbers", "no types")
    by_name = form in ("names", "short names", "quick", "no types")
    match kind:
        case "OID":
            text = symbolic_identifier(value) if by_name else f".{value}"
        case "Timeticks":
            text = f"({value}) 1 day, 1:04:02.42" if typed else "1:1:04:02.42"
        case "INTEGER" if name in LABELS:
            text = f"{LABELS[name]}({value})" if typed else LABELS[name]
        case "MAC" if by_name:
            return ("STRING: " if typed else "") + ":".join(f"{ord(octet):x}" for octet in value)
        case "MAC":
            octets = value.encode("latin-1").hex(" ").upper() + " "
            return f"Hex-STRING: {octets}" if typed else f'"{octets}"'
        case _:
            text = value if form != "no dot" else f'"{value}"'
    return f"{kind}: {text}" if typed else text


FORMS = {
    "numbers": (" = ", lambda name, oid: f".{oid}"),
    "no dot": (" = ", lambda name, oid: oid),
    "iso": (" = ", lambda name, oid: "iso" + oid[1:]),
    "names": (" = ", lambda name, oid: name),
    "short names": (" = ", lambda name, oid: name.partition("::")[2]),
    "full names": (" = ", lambda name, oid: ".iso.org.dod.internet.mgmt.mib-2.x." + name.partition("::")[2]),
    "no types": (" = ", lambda name, oid: name),
    "quick": (" ", lambda name, oid: name),
    "quick numbers": (" ", lambda name, oid: f".{oid}"),
}


def walk_in(form: str) -> str:
    sign, place = FORMS[form]
    return "".join(
        f"{place(name, oid)}{sign}{printed_value(name, kind, value, form)}\n" for name, oid, kind, value in VALUES
    )


EQUAL = [(oid, value) for _, oid, _, value in VALUES]
ENCODINGS = {
    "as it is": str.encode,
    "UTF-8 with its mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "UTF-16 with its mark": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "UTF-16 the other way": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "lines of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "trailing blanks": lambda text: text.replace("\n", "   \t\n").encode(),
    "an empty line between": lambda text: text.replace("\n", "\n\n").encode(),
    "below its command": lambda text: b"$ snmpwalk -v2c -c s3cret 192.0.2.1\n" + text.encode(),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", FORMS)
def test_a_walk_reads_the_same_in_every_form(form: str, encoding: str) -> None:
    assert [*walked_values(ENCODINGS[encoding](walk_in(form)))] == EQUAL


def test_a_value_over_lines_stays_one_value_in_every_form() -> None:
    for printed in (
        ".1.3.6.1.2.1.1.1.0 = STRING: Acme\nTechnical Support: http://acme.example\n.1.3.6.1.2.1.1.5.0 = STRING: r\n",
        "sysDescr.0 Acme\nTechnical Support: http://acme.example\nsysName.0 r\n",
    ):
        assert [*walked_values(printed.encode())] == [
            ("1.3.6.1.2.1.1.1.0", "Acme\nTechnical Support: http://acme.example"),
            ("1.3.6.1.2.1.1.5.0", "r"),
        ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ACME-MIB::acmeThing.0 = STRING: x", "no object that kitscan knows by name; walk again with snmpwalk -On"),
        ("SNMPv2-MIB::sysObjectID.0 = OID: ACME-MIB::box", "no object identifier in numbers"),
        ("IP-MIB::ipAdEntAddr.'a b' = STRING: x", "walk again with snmpwalk -On"),
        (".1.3.6.1.2.1.2.2.1.6.1 = Hex-STRING: ZZ", "its value is not hexadecimal"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_with_the_next_step(line: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "box.snmpwalk"
    path.write_text(f".1.3.6.1.2.1.1.1.0 = STRING: Acme\n{line}\n")
    gaps = [item for item in read_snmpwalk(path) if isinstance(item, Gap)]
    assert [(gap.at, gap.reason) for gap in gaps] == [("line 2", GapReason.MALFORMED)]
    assert words in gaps[0].detail
    path.write_text(f"{line}\n")
    with pytest.raises(DataFileError, match=r"line 1: .*expected lines such as.*\nNext: check"):
        tuple(read_snmpwalk(path))


def test_a_walk_that_ended_early_says_so_and_no_community_is_quoted() -> None:
    items = [*walked_values(b"# snmpbulkwalk -c s3cret h\nsysName.0 = STRING: r\nTimeout: No Response from h\n")]
    assert items[0] == ("1.3.6.1.2.1.1.5.0", "r")
    assert items[1:] == [Gap("import", "line 3", GapReason.NO_ANSWER, "the walk ended here, before its end")]
    assert "s3cret" not in str([*walked_values(b"[root@h ~]# snmpwalk -v 1 -c s3cret h system\n")])


@given(st.binary(max_size=300), st.sampled_from((b"", b"sysName.0 = ", b".1.3.6.1.2.1.1.1.0 ", b"iso.3.6 = OID: ")))
def test_any_octets_give_objects_or_named_lines(octets: bytes, opening: bytes) -> None:
    for item in walked_values(opening + octets):
        match item:
            case Gap(at=place):
                assert place.startswith("line ")
            case (oid, _):
                assert oid.replace(".", "").isdecimal()


@given(st.lists(st.integers(0, 4_294_967_295), min_size=1, max_size=12), st.sampled_from(sorted(mib_names().by_name)))
def test_any_known_name_with_any_instance_resolves_in_all_spellings(arcs: list[int], name: str) -> None:
    instance = ".".join(map(str, arcs))
    whole = f"{mib_names().by_name[name]}.{instance}"
    spellings = (
        f"{name}.{instance}",
        f".{name}.{instance}",
        f"ANY-MIB::{name}.{instance}",
        f".iso.org.{name}.{instance}",
    )
    assert {mib_names().resolve(spelling) for spelling in (*spellings, whole, f".{whole}")} == {whole}


def value_of(item: WalkedValue | Gap) -> str:
    return item[1] if isinstance(item, tuple) else ""


@given(st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=60))
def test_a_text_is_itself_with_a_type_and_without(text: str) -> None:
    plain = f"x{text}x"
    for line in (f"sysDescr.0 = STRING: {plain}\n", f"sysDescr.0 = x{plain}\n", f"sysDescr.0 x{plain}\n"):
        assert value_of(next(walked_values(line.encode()))).endswith(plain)
