"""The files of sites: who speaks for which scope."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError
from scanner.cli.fleet.serve import EnrolledSites
from scanner.fleet.sites import read_sites
from scanner.store.bundles.signing import new_private_key, public_key_of

KEY, OTHER = (public_key_of(new_private_key()) for _ in range(2))


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.yaml").write_text(text)


def site(name: str, key: str, scope: str = "10.0.0.0/9") -> str:
    return f"site: {name}\nscope: [{scope}]\ncollectors:\n  c1: '{key}'\n"


def test_a_key_speaks_for_its_site_alone(tmp_path: Path) -> None:
    write(tmp_path, "LON", site("LON", KEY, "10.0.0.0/9, 192.0.2.7, 192.0.2.16-20"))
    write(tmp_path, "PAR", site("PAR", OTHER))
    sites = read_sites(tmp_path)
    found = sites.of_key(KEY)
    assert found is not None
    assert (found[0].name, found[1], sites.keys) == ("LON", "c1", {KEY, OTHER})
    inside = [
        address
        for address in ("10.127.255.255", "10.128.0.0", "192.0.2.7", "192.0.2.21")
        if ip_address(address) in found[0].scope
    ]
    assert inside == ["10.127.255.255", "192.0.2.7"]
    assert sites.of_key("ed25519:" + "0" * 64) is None


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("PAR", site("LON", KEY), "site: is 'LON'; expected the name of the file, 'PAR'"),
        ("LON", site("LON", "ed25519:12"), "line 4: collectors.c1"),
        ("centre", site("centre", KEY), "another name: centre is who receives"),
        ("LON", site("LON", KEY, "router.example"), "line 2: scope.0 is 'router.example'"),
        ("LON", site("LON", KEY, "10.0.0.1:161"), "an address, a CIDR or a range, without a port"),
        ("LON", site("LON", KEY) + f"  c2: '{KEY}'\n", "a key of its own for each collector"),
        ("LON", site("LON", KEY) + "password: x\n", "unknown key password"),
        ("LON", "site: LON\nscope: []\ncollectors: {}\n", "line 2: scope"),
    ],
)
def test_a_file_that_is_no_site_is_refused_with_its_place(tmp_path: Path, name: str, text: str, told: str) -> None:
    write(tmp_path, name, text)
    with pytest.raises(DataFileError) as refused:
        read_sites(tmp_path)
    assert told in str(refused.value)
    assert str(tmp_path / f"{name}.yaml") in str(refused.value)


def test_an_editors_own_file_is_no_site(tmp_path: Path) -> None:
    write(tmp_path, "LON", site("LON", KEY))
    (tmp_path / ".#LON.yaml").symlink_to("somebody@host.1234")
    assert list(read_sites(tmp_path).by_name) == list(EnrolledSites(tmp_path)().by_name) == ["LON"]


def test_one_key_never_speaks_for_two_sites(tmp_path: Path) -> None:
    write(tmp_path, "LON", site("LON", KEY))
    write(tmp_path, "PAR", site("PAR", KEY))
    with pytest.raises(DataFileError, match=r"PAR\.yaml: collectors\.c1: has the key of .*LON\.yaml"):
        read_sites(tmp_path)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="is no folder"):
        read_sites(tmp_path / "sites")
