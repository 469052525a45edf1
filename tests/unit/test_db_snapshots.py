"""What registries publish, read: each form by its own example, and what breaks a form told by its place."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fingerprints.database.snapshots import DataSet
from fingerprints.model.errors import DataFileError, KitscanError
from scanner.updates import archive
from scanner.updates.fetch import FetchedFile
from scanner.updates.registry_snapshots import Snapshot, read_snapshot

IEEE = """Registry,Assignment,Organization Name,Organization Address\r
MA-L,00E0FC,"HUAWEI TECHNOLOGIES CO.,LTD",No.2 Xin Cheng Road CN 518129 \r
MA-L,080030,CERN,"Geneva
CH"\r
MA-L,080030,ROYAL MELBOURNE INST OF TECH,AU\r
MA-M,7872645,ZTE,CN\r
MA-S,70B3D502E,Monnit,US\r
"""
IANA = """PRIVATE ENTERPRISE NUMBERS

(last updated 2026-11-20)

SMI Network Management Private Enterprise Codes:

Prefix: iso.org.dod.internet.private.enterprise (1.3.6.1.4.1)

Decimal
| Organization
| | Contact
| | | Email
| | | |
0
  Reserved
    Internet Assigned Numbers Authority
      iana&iana.org
9
  ciscoSystems
    Dave Jones
      davej&cisco.com
2011
  HUAWEI Technology Co.,Ltd
    Zhao Lei
      zhaolei&huawei.com
2187

    Nobody
      ---none---
2188
  ---none---
    Nobody
      nobody&example.com
"""
Pack = Callable[[dict[str, bytes]], bytes]
PREFIXES = {
    "00E0FC": "HUAWEI TECHNOLOGIES CO.,LTD",
    "080030": "CERN",
    "7872645": "ZTE",
    "70B3D502E": "Monnit",
}


def got(content: str | bytes, name: str = "file") -> FetchedFile:
    return FetchedFile(name, content.encode() if isinstance(content, str) else content, None)


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(name, content)
    return packed.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as pack:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            pack.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def test_ieees_lists_give_prefixes_of_three_widths_and_the_first_of_two_holders() -> None:
    assert read_snapshot(got(IEEE)) == Snapshot(DataSet.MAC_PREFIXES, "IEEE's CSV", PREFIXES)


def test_oui_data_gives_the_name_without_the_address() -> None:
    text = '{"00e0fc": "HUAWEI TECHNOLOGIES CO.,LTD\\nNo.2 Xin\\nCN", "7872645": "ZTE"}'
    rows = {"00E0FC": "HUAWEI TECHNOLOGIES CO.,LTD", "7872645": "ZTE"}
    assert read_snapshot(got(text)) == Snapshot(DataSet.MAC_PREFIXES, "oui-data's JSON", rows)


def test_ianas_text_gives_holders_and_its_own_date() -> None:
    rows = {"0": "Reserved", "9": "ciscoSystems", "2011": "HUAWEI Technology Co.,Ltd"}
    assert read_snapshot(got(IANA)) == Snapshot(DataSet.ENTERPRISE_NUMBERS, "IANA's text", rows, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('Decimal,Name,Contact,Email\n9,ciscoSystems,Dave,d\n2011,"HUAWEI Technology Co.,Ltd",Z,z\n', "IANA's CSV"),
        (
            "# enterprises.tsv\n\n9\tciscoSystems\n2011\tHUAWEI Technology Co.,Ltd # formerly 'HUAWEI'\n",
            "Wireshark's table",
        ),
    ],
)
def test_other_lists_of_the_same_numbers_are_read_too(text: str, form: str) -> None:
    rows = {"9": "ciscoSystems", "2011": "HUAWEI Technology Co.,Ltd"}
    assert read_snapshot(got(text)) == Snapshot(DataSet.ENTERPRISE_NUMBERS, form, rows)


def test_a_name_loses_what_steers_a_terminal_and_what_is_too_long() -> None:
    text = "Decimal,Name\n7,\x1b[31mRed\u202e " + "x" * 500 + "\n"
    (name,) = read_snapshot(got(text)).rows.values()
    assert (name[:8], len(name)) == ("[31mRed ", 200)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "has no form that kitscan knows"),
        (b"\xff\xfe", "byte 0: is not UTF-8"),
        (IEEE.replace("00E0FC", "00E0F"), "line 2: has the assignment '00E0F'"),
        (IEEE.replace("MA-M,7872645,ZTE,CN", "MA-M"), "line 6: has the assignment ''"),
        (IEEE + '"open', "line 8"),
        ('{"00E0FC": 7}', "'00E0FC': is no prefix with a name"),
        ('{"00E0FC": ', "is not JSON"),
        ("Decimal,Name\nnine,cisco\n", "line 2: has the number 'nine'"),
        ("Decimal,Name\n99999999999,cisco\n", "99999999999: is no enterprise number"),
        (zipped({"readme.txt": b""}), "holds no YAML file"),
        (zipped({"a.yaml": b"\xff"}), "a.yaml: is not UTF-8"),
        (zipped({"a.yaml": b"x", "SOURCE.yaml": b"date: 2026-13-01"}), "date 2026-13-01: is no date"),
        (IANA.replace("2026-11-20", "2026-11-31"), "date 2026-11-31: is no date"),
        (IANA.replace("\n9\n", "\n" + "9" * 5000 + "\n"), "is no enterprise number"),
        ("# Enterprise Numbers\n" + "9" * 5000 + " able\n", "is no enterprise number"),
        (zipped({"a.yaml": b"x" * 500})[:-30], "is damaged"),
        (gzip.compress(b"no tar"), "is damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "file",
)
def test_what_breaks_a_form_is_refused_with_its_place(text: str | bytes, message: str) -> None:
    with pytest.raises(DataFileError) as caught:
        read_snapshot(got(text))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "pack", [zipped, tarred, *(lambda f, c=c: c(tarred(f)) for c in (gzip.compress, bz2.compress, lzma.compress))]
)
def test_a_pack_is_its_rule_files_and_its_own_date(pack: Pack) -> None:
    files = {
        "kit-1/README.md": b"read me",
        "kit-1/.ci/build.yaml": b"no rule",
        "kit-1/rules/SOURCE.yaml": b'date: "2026-11-21"\n',
        "kit-1/rules/acme/r.yaml": b"company: acme\n",
    }
    assert read_snapshot(got(pack(files))) == Snapshot(
        DataSet.RULES, "a rule pack", {"acme/r.yaml": "company: acme\n"}, date(2026, 11, 21)
    )


@pytest.mark.parametrize("name", ["../x.yaml", "/etc/x.yaml", "a\\..\\x.yaml", "c:x.yaml", "a/\x1b[2J.yaml"])
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_name_that_leads_out_of_a_pack_is_refused(pack: Pack, name: str) -> None:
    with pytest.raises(DataFileError, match="leads out of the archive"):
        read_snapshot(got(pack({name: b"x"})))


def test_a_link_in_a_pack_is_no_file() -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as pack:
        link = tarfile.TarInfo("a.yaml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        pack.addfile(link)
    with pytest.raises(DataFileError, match="holds no YAML file"):
        read_snapshot(got(packed.getvalue()))


@pytest.mark.parametrize("wrap", [None, gzip.compress, bz2.compress, lzma.compress])
def test_a_pack_that_unpacks_to_too_much_is_refused(
    wrap: Callable[[bytes], bytes] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 100_000)
    files = {"a.yaml": b" " * 60_000, "b.yaml": b" " * 60_000}
    content = wrap(tarred(files)) if wrap else zipped(files)
    with pytest.raises(DataFileError, match="unpacks to more than 100000 bytes"):
        read_snapshot(got(content))


def test_a_pack_of_too_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILES", 3)
    with pytest.raises(DataFileError, match="more than 3 members"):
        read_snapshot(got(zipped({f"{n}.yaml": b"" for n in range(4)})))


@given(
    some.binary(max_size=400),
    some.sampled_from(
        [
            b"",
            b"PK\x03\x04",
            b"\x1f\x8b\x08",
            b"BZh9",
            b"{",
            b"Decimal,\n",
            b"PRIVATE ENTERPRISE NUMBERS\n",
            b"# Enterprise Numbers\n",
        ]
    ),
)
def test_whatever_is_fetched_is_read_or_refused(content: bytes, begins: bytes) -> None:
    try:
        read_snapshot(got(begins + content))
    except KitscanError:
        return


@given(some.integers(0, 2000), some.binary(min_size=1, max_size=3))
def test_a_pack_changed_anywhere_is_read_or_refused(place: int, change: bytes) -> None:
    for content in (zipped({"a.yaml": b"company: acme\n"}), gzip.compress(tarred({"a.yaml": b"company: acme\n"}))):
        at = place % len(content)
        try:
            read_snapshot(got(content[:at] + change + content[at + len(change) :]))
        except KitscanError:
            continue
