"""What commands print on each SSH platform, as vendors document it: who made the box, and what box it is."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.commands.__main__ import outcomes, table_of
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.identity.identify import identify
from fingerprints.model.device import Device, Identity
from fingerprints.model.evidence import Evidence, Subject
from fingerprints.model.recording import split_items
from scanner.captures import read_cli

CAPTURES = Path(__file__).with_name("commands")


def _captures() -> Iterator[Any]:
    for path in sorted(CAPTURES.glob("*.yaml")):
        file = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
        for number, capture in enumerate(file["captures"], 1):
            vendor = capture["vendor"] if "vendor" in capture else file["vendor"]
            name = f"{path.stem} {capture['command']} {number}"
            yield pytest.param(capture.get("platform", file["platform"]), vendor, capture, id=name)


def read(folder: Path, platform: str, command: str, octets: bytes, database: FingerprintDatabase) -> Device:
    (folder / "capture.txt").write_bytes(octets)
    observations, gaps = split_items(read_cli(folder / "capture.txt", command, platform))
    return identify((Evidence(Subject("capture"), observations, gaps),), database)


CASES = (*_captures(),)


@pytest.mark.parametrize(("platform", "vendor", "capture"), CASES)
def test_what_a_command_prints_names_the_box(
    platform: str, vendor: str | None, capture: dict[str, Any], database: FingerprintDatabase, tmp_path: Path
) -> None:
    device = read(tmp_path, platform, capture["command"], capture["text"].encode(), database)
    found = {name: getattr(device.identity, name) or "" for name in capture["expect"]}
    assert {name: text for name, text in found.items() if capture["expect"][name] not in text} == {}
    assert (device.identity.vendor.id if device.identity.vendor else None) == vendor
    parts = {(part.kind, part.serial) for part in device.components}
    assert set(capture.get("components", {}).items()) <= parts


BANNER = (
    b"\xb0\xe5 Authorised access only \xff\n***********\n\n Last login: Thu Nov 26 10:00:00 2026 from 192.0.2.9\n\n"
)


def crlf(text: bytes, command: bytes) -> bytes:
    return text.replace(b"\n", b"\r\n")


def prompted(text: bytes, command: bytes) -> bytes:
    return BANNER + b"box-1#" + command + b"\n" + text.strip(b"\n") + b"\nbox-1#\n"


def followed(text: bytes, command: bytes) -> bytes:
    return (
        b"<box-1>" + command + b"\r\n" + crlf(text.strip(b"\n"), command) + b"\r\n<box-1>quit\r\nConnection closed.\r\n"
    )


def echoed(text: bytes, command: bytes) -> bytes:
    return b"\xef\xbb\xbf" + command + b"\r\r\n" + text.replace(b"\n", b"\r\r\n")


def paged(text: bytes, command: bytes) -> bytes:
    """A screen of seven lines, each ended by what Comware and VRP print and take back."""
    back = b"\x1b[16D                \x1b[16D"
    lines = text.split(b"\n")
    return b"\n".join(b"  ---- More ----" + back + line if n % 7 == 6 else line for n, line in enumerate(lines))


def backed(text: bytes, command: bytes) -> bytes:
    """The same with backspaces, as IOS and its like print it."""
    back = b"\x08" * 9 + b" " * 9 + b"\x08" * 9
    lines = text.split(b"\n")
    return b"\n".join(b" --More-- " + back + b"\r" + line if n % 9 == 8 else line for n, line in enumerate(lines))


def barely(text: bytes, command: bytes) -> bytes:
    """The pager's line left as a line of its own, by a terminal that threw its control characters away."""
    lines = text.split(b"\n")
    return b"\n".join(line + b"\n--More--" if n % 8 == 7 else line for n, line in enumerate(lines))


def coloured(text: bytes, command: bytes) -> bytes:
    return b"\x1b[?1h\x1b=\x1b[0m" + text.replace(b"\n", b"\x1b[K\n") + b"\x1b]0;box\x07"


def in_utf16(text: bytes, command: bytes) -> bytes:
    return text.decode().encode("utf-16")


LOGGED = (crlf, prompted, followed, echoed, paged, backed, barely, coloured, in_utf16)


@pytest.fixture(scope="module")
def plain_answers(
    database: FingerprintDatabase, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[str | None, ...]]:
    """What each capture is read as that is no terminal's log already, by its id."""
    folder = tmp_path_factory.mktemp("plain")
    return {
        str(case.id): attributes(
            read(folder, platform, capture["command"], capture["text"].encode(), database).identity
        )
        for case in CASES
        for platform, _, capture in [case.values]
        if "more" not in capture["text"].lower() and not any(mark in capture["text"] for mark in ">#\r\x1b")
    }


@pytest.mark.parametrize("logged", LOGGED, ids=lambda logged: logged.__name__)
def test_however_a_terminal_logged_it_the_answer_is_the_same(
    logged: Callable[[bytes, bytes], bytes],
    plain_answers: dict[str, tuple[str | None, ...]],
    database: FingerprintDatabase,
    tmp_path: Path,
) -> None:
    changed: list[str] = []
    for case in CASES:
        platform, _, capture = case.values
        plain = plain_answers.get(str(case.id))
        if plain is not None:
            text = logged(capture["text"].encode(), capture["command"].encode())
            answer = attributes(read(tmp_path, platform, capture["command"], text, database).identity)
            changed += [str(case.id)] if answer != plain else []
    assert len(plain_answers) > 100
    assert changed == []


def attributes(identity: Identity) -> tuple[str | None, ...]:
    vendor = identity.vendor.id if identity.vendor else None
    return vendor, identity.model, identity.version, identity.serial


def test_the_table_in_the_documentation_is_what_the_transcripts_give(database: FingerprintDatabase) -> None:
    page = (Path(__file__).parents[2] / "docs" / "captures.md").read_text(encoding="utf-8")
    assert "\n".join(table_of(outcomes(CAPTURES, database))) in page
