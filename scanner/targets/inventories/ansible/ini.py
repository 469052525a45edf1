"""Ansible's INI inventory: sections of hosts, `[group:children]`, `[group:vars]`, and ranges (`core[01:20]`)."""

import re
import shlex
from collections.abc import Callable, Iterator
from itertools import chain, islice, product
from math import prod
from typing import Any

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.secret_names import first_word
from scanner.targets.entry import InventoryContent
from scanner.targets.inventories.ansible.groups import HostGroups, content_of_groups
from scanner.targets.inventories.ansible.variable_files import add_variable_files
from scanner.targets.inventories.content import NEXT_STEP, FileContent, TextSyntax
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain, likely, near

MAX_HOSTS = 100_000
"""Hosts of one inventory, ranges written out."""

MAX_FLAWS = 20

MAX_RANGES = 8
"""Ranges in one name."""

MAX_LINE = 8_192
"""Characters of one line. The time that quoted words take grows with its square."""


class TooManyHostsError(Exception):
    """A name with ranges stands for more than MAX_HOSTS hosts. Its readers say where."""


_SECTION = re.compile(r"\[(?P<name>[^\[\]:\s]{1,200})(:(?P<part>children|vars|hosts))?\]\s*([#;].*)?\Z")
_RANGE = re.compile(r"\[(?P<first>\d{1,9}|[A-Za-z]):(?P<last>\d{1,9}|[A-Za-z])(:(?P<step>\d{1,6}))?\]")
_VARIABLE = re.compile(r"(?P<name>[A-Za-z_][\w.-]*)\s*=\s*(?P<value>.*)\Z", re.DOTALL)
_ADDRESS_SECTION = re.compile(r"\[[0-9A-Fa-f:.%]+\]")


def recognise_ini(content: FileContent) -> Recognition:
    """An INI inventory has sections in brackets, or hosts with `ansible_` variables."""
    if content.syntax is not TextSyntax.TEXT:
        return NOT_RECOGNISED
    lines = [line for _, line in content.lines]
    sections = [match for line in lines if (match := _SECTION.match(line)) and not _is_address(line)]
    if any(match["part"] for match in sections) or any(" ansible_" in line for line in lines):
        return certain("it has sections of groups, or variables that begin with ansible_")
    if not sections:
        return NOT_RECOGNISED
    if any(_VARIABLE.match(line) for line in lines):
        return near("it has sections, but their lines are settings and no hosts")
    return likely("it has sections in brackets with a host a line")


def _is_address(line: str) -> bool:
    return bool(_ADDRESS_SECTION.match(line)) and ":" in line


def read_ini(content: FileContent) -> InventoryContent:
    """The hosts of an INI inventory, with the variables of the files beside it. Raises DataFileError."""
    read, flaws = HostGroups(), []
    section, part = "ungrouped", "hosts"
    for number, line in enumerate(content.text.splitlines(), 1):
        text = line.strip()
        if not text or text.startswith(("#", ";")):
            continue
        match = _SECTION.match(text)
        if match:
            section, part = match["name"], match["part"] or "hosts"
            read.group(section)
            continue
        flaw = _read_line(read, section, part, text, f"line {number}")
        flaws += [flaw] if flaw else []
        if len(read.places) > MAX_HOSTS:
            raise content.refused(f"line {number}", f"more than {MAX_HOSTS:,} hosts", "fewer hosts in one inventory")
    if flaws:
        raise DataFileError(content.path, tuple(flaws[:MAX_FLAWS]), NEXT_STEP)
    add_variable_files(read, content.path)
    return content_of_groups(read)


def _read_line(read: HostGroups, section: str, part: str, text: str, place: str) -> Flaw | None:
    if part == "children":
        read.group(section).children[first_word(text)] = None
        read.group(first_word(text))
        return None
    if part == "vars":
        match = _VARIABLE.match(text)
        if match is None:
            return Flaw(place, "is no variable", "name=value below [group:vars]")
        read.group(section).variables[match["name"]] = _plain(match["value"])
        return None
    if len(text) > MAX_LINE:
        return Flaw(place, f"holds more than {MAX_LINE:,} characters", "a host, then name=value")
    try:
        words = split_words(text)
    except ValueError:
        return Flaw(place, "its quotes do not match", "a host, then name=value")
    if not words or "=" in words[0]:
        return Flaw(place, "begins with no host", "a host, then name=value")
    pairs = [match for word in words[1:] if (match := _VARIABLE.match(word))]
    if len(pairs) < len(words) - 1:
        return Flaw(place, "a word behind the host is no variable", "a host, then name=value")
    variables = {match["name"]: match["value"] for match in pairs}
    host, port = _host_and_port(words[0])
    if port and "ansible_port" not in variables:
        variables["ansible_port"] = port
    try:
        for name in expand_ranges(host):
            read.add_host(section, name, place, variables)
    except TooManyHostsError:
        return Flaw(place, f"stands for more than {MAX_HOSTS:,} hosts", "fewer hosts in one inventory")
    return None


def _plain(value: str) -> Any:
    text = value.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _host_and_port(word: str) -> tuple[str, str]:
    """A host of an inventory may end with a port (`core1.example:2222`). A range's colon stands in brackets."""
    host, colon, port = word.rpartition(":")
    if colon and port.isdigit() and not (":" in _RANGE.sub("", host) and not host.startswith("[")):
        return host.removeprefix("[").removesuffix("]") if host.startswith("[") and "]" in host else host, port
    return word, ""


def expand_ranges(name: str) -> Iterator[str]:
    """The names that a name with ranges stands for: `core[01:03]` is core01, core02, core03; `[a:c]` counts letters.

    Raises TooManyHostsError for more than MAX_HOSTS, before the first is made.
    """
    texts, ranges, start = [], [], 0
    for match in islice(_RANGE.finditer(name), MAX_RANGES + 1):
        texts.append(name[start : match.start()])
        ranges.append(_range_of(match["first"], match["last"], int(match["step"] or 1) or 1))
        start = match.end()
    count = prod(len(numbers) for numbers, _ in ranges)
    if len(ranges) > MAX_RANGES or count > MAX_HOSTS:
        raise TooManyHostsError
    if not count:
        return
    for items in product(*(map(text_of, numbers) for numbers, text_of in ranges)):
        yield "".join(chain.from_iterable(zip(texts, items, strict=True))) + name[start:]


def _range_of(first: str, last: str, step: int) -> tuple[range, Callable[[int], str]]:
    if first.isdigit() and last.isdigit():
        width = len(first) if first.startswith("0") else 0
        return range(int(first), int(last) + 1, step), lambda number: str(number).zfill(width)
    return range(ord(first[0]), ord(last[0]) + 1, step), chr


def split_words(text: str) -> list[str]:
    """The words of a line, as a shell has them. Raises ValueError for quotes that do not match."""
    if not any(mark in text for mark in "\"'\\#"):
        return text.split()
    return shlex.split(text, comments=True)
