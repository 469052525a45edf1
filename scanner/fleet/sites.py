"""The sites of a fleet as the centre knows them: a file each, with the scope and the public keys of its collectors.

Only a key that stands in a site's file speaks for the site, and for its scope alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from fingerprints.database.yaml_file import FileModel, parse_yaml
from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.input_file import read_text_file
from scanner.courier.message import SiteName
from scanner.store.bundles.signing import is_public_key
from scanner.targets.addresses import AddressSet
from scanner.targets.target_syntax import Addresses, WordError, parse_word

CENTRE_NAME = "centre"
"""What no site is called: at the broker, and in the files for it, that is the centre."""

_NEXT = "correct the file and run the same command again"


@dataclass(frozen=True, slots=True)
class Site:
    """A site: the addresses that may be reported for it, and its collectors' public keys by their names."""

    name: str
    scope: AddressSet
    collectors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sites:
    """Every site by its name."""

    by_name: Mapping[str, Site]

    def of_key(self, key: str) -> tuple[Site, str] | None:
        """The site for which a public key speaks, and the collector's name; None for a key that nobody enrolled."""
        for site in self.by_name.values():
            for collector, own in site.collectors.items():
                if own == key:
                    return site, collector
        return None

    @property
    def keys(self) -> frozenset[str]:
        """Every public key that speaks for a site."""
        return frozenset(key for site in self.by_name.values() for key in site.collectors.values())


def _checked_key(text: str) -> str:
    if not is_public_key(text):
        raise ValueError("a public key as kitscan runs new-key prints it (ed25519:...)")
    return text


def _checked_word(word: str) -> str:
    try:
        parsed = parse_word(word)
    except WordError as error:
        raise ValueError(error.expected) from error
    if not isinstance(parsed, Addresses) or parsed.zone or parsed.port is not None:
        raise ValueError("an address, a CIDR or a range, without a port")
    return word


_ScopeWord = Annotated[str, AfterValidator(_checked_word)]
_PublicKey = Annotated[str, AfterValidator(_checked_key)]


class _SiteFile(FileModel):
    """`sites/NAME.yaml`."""

    site: SiteName
    scope: Annotated[list[_ScopeWord], Field(min_length=1)]
    collectors: Annotated[dict[SiteName, _PublicKey], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> "_SiteFile":
        if self.site == CENTRE_NAME:
            raise ValueError(f"another name: {CENTRE_NAME} is who receives")
        if len(set(self.collectors.values())) < len(self.collectors):
            raise ValueError("a key of its own for each collector")
        return self


def read_sites(folder: Path) -> Sites:
    """The sites of a folder: every file in it that ends in `.yaml`. Raises DataFileError, which names file and place:
    for a file that is no site, is named after another site, or has a key that speaks for another one."""
    if not folder.is_dir():
        raise _refused(folder, "whole folder", "is no folder", "a folder with a file for each site, such as LON.yaml")
    by_name: dict[str, Site] = {}
    owners: dict[str, Path] = {}
    for path in site_files(folder):
        site = parse_site(read_text_file(path), path)
        for collector, key in site.collectors.items():
            if key in owners:
                raise _refused(path, f"collectors.{collector}", f"has the key of {owners[key]}", "a key of its own")
            owners[key] = path
        by_name[site.name] = site
    return Sites(by_name)


def site_files(folder: Path) -> tuple[Path, ...]:
    """The files of sites in a folder, by name. What begins with a dot is an editor's own, as `.#LON.yaml` is."""
    return tuple(sorted(path for path in folder.glob("*.yaml") if not path.name.startswith(".")))


def parse_site(text: str, path: Path) -> Site:
    """The site that a file with this text would describe. Raises DataFileError."""
    written = parse_yaml(text, _SiteFile, path)
    if written.site != path.stem:
        raise _refused(path, "site", f"is {written.site!r}", f"the name of the file, {path.stem!r}")
    return Site(written.site, _scope_of(written.scope), dict(written.collectors))


def _scope_of(words: list[str]) -> AddressSet:
    parsed = (parse_word(word) for word in words)
    return AddressSet(word.block for word in parsed if isinstance(word, Addresses))


def _refused(path: Path, place: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(path, (Flaw(place, problem, expected),), _NEXT)
