"""Enrols collectors in the files of sites, and removes them: from texts to texts.

A file keeps its comments: a line is put in or taken out, and the result is read again before anybody writes it.
"""

import json
import re
from pathlib import Path

from fingerprints.model.errors import KitscanError
from scanner.fleet.sites import Site, parse_site

_COLLECTORS = re.compile(r"^collectors:[ \t]*(#[^\n]*)?$", re.MULTILINE)


def new_site(path: Path, name: str, scope: tuple[str, ...], collector: str, key: str) -> str:
    """The file of a new site with one collector. Raises DataFileError for a name, a scope or a key that is none."""
    words = ", ".join(json.dumps(word) for word in scope)
    text = f"site: {json.dumps(name)}\nscope: [{words}]\ncollectors:\n{_line(collector, key)}"
    parse_site(text, path)
    return text


def with_collector(path: Path, text: str, scope: tuple[str, ...], collector: str, key: str) -> str:
    """The file of a site with one more collector; the same text where it has it. `scope` is what the caller takes the
    site's scope to be, empty for whatever it is. Raises DataFileError, and KitscanError where the file says otherwise.
    """
    site = parse_site(text, path)
    if scope and parse_site(_with_scope(site, scope), path).scope.blocks != site.scope.blocks:
        raise KitscanError(f"{path}: the site has another scope", "leave --scope out, or change the scope in the file")
    known = site.collectors.get(collector)
    if known == key:
        return text
    if known is not None:
        step = f"remove it first: kitscan fleet enrol {site.name} --collector {collector} --remove"
        raise KitscanError(f"{path}: collector {collector} has another key", step)
    place = _COLLECTORS.search(text)
    end = len(text) if place is None else place.end()
    grown = f"{text[:end]}\n{_line(collector, key)}{text[end:].removeprefix(chr(10))}"
    return _checked(path, grown, site, {**site.collectors, collector: key})


def without_collector(path: Path, text: str, collector: str) -> str | None:
    """The file of a site without a collector; None where no other is left. Raises KitscanError where it has none of
    that name."""
    site = parse_site(text, path)
    if collector not in site.collectors:
        there = ", ".join(sorted(site.collectors))
        raise KitscanError(f"{path}: there is no collector {collector}", f"name one of {there}")
    left = {name: key for name, key in site.collectors.items() if name != collector}
    if not left:
        return None
    own = re.compile(rf"^[ \t]+[\"']?{re.escape(collector)}[\"']?:[^\n]*\n?", re.MULTILINE)
    return _checked(path, own.sub("", text), site, left)


def _line(collector: str, key: str) -> str:
    return f"  {json.dumps(collector)}: {json.dumps(key)}\n"


def _with_scope(site: Site, scope: tuple[str, ...]) -> str:
    """A file of the site with this scope, to be read."""
    return json.dumps({"site": site.name, "scope": list(scope), "collectors": dict(site.collectors)})


def _checked(path: Path, text: str, site: Site, collectors: dict[str, str]) -> str:
    """The text, if it says of the site what it said before, and these collectors. Raises KitscanError."""
    by_hand = KitscanError(f"{path}: is written in another form than kitscan writes it", "change it by hand")
    try:
        changed = parse_site(text, path)
    except KitscanError as error:
        raise by_hand from error
    if (changed.name, changed.scope.blocks, dict(changed.collectors)) != (site.name, site.scope.blocks, collectors):
        raise by_hand
    return text
