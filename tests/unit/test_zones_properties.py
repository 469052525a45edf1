"""Whatever a zones or waivers file holds, it is read or refused, and every device stands somewhere or nowhere."""

from ipaddress import ip_address, ip_network
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from yaml import safe_dump

from fingerprints.model.device import Device, Identity, Level
from fingerprints.model.errors import DataFileError
from reports.judgement.waivers import Waivers, read_waivers
from reports.placement.placement import UNCLASSIFIED, Origin
from reports.placement.zone_match import IpNetwork, Zone, ZoneIndex
from reports.placement.zones import Zones, check, read_zones
from tests.unit.placing import place

scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20))
prefixes = st.sampled_from(("10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32", "10.0.0.1/8", "::ffff:10.0.0.0/104", "x"))
conditions = st.dictionaries(
    st.sampled_from(("prefix", "host", "site", "label", "vlan", "kind", "colour")),
    st.one_of(scalars, prefixes, st.lists(st.one_of(scalars, prefixes), max_size=3)),
    max_size=3,
)
entries = st.fixed_dictionaries(
    {"name": st.one_of(scalars, st.sampled_from(("a", "b")))},
    optional={
        "match": st.one_of(scalars, conditions),
        "tier": st.one_of(scalars, st.sampled_from(("core", "access"))),
        "core": st.one_of(scalars, st.sampled_from(("yes", "no"))),
        "segment": st.one_of(scalars, st.sampled_from(("core_ip", "CORE-5G", "own"))),
        "generation": st.one_of(scalars, st.sampled_from(("5g", "4g", "5g_sa"))),
    },
)
words = st.text(max_size=30)
devices = st.builds(
    lambda addresses, name, labels, said: Device(
        "d", tuple(labels), tuple(addresses), name, tuple(said), Identity(Level.UNKNOWN, 0.0)
    ),
    st.lists(st.one_of(words, st.ip_addresses().map(str), st.just("127.0.0.5:1161")), max_size=3),
    words,
    st.lists(words, max_size=2),
    st.lists(st.tuples(st.sampled_from(("site", "vlan")), words), max_size=2),
)


def read(text: str) -> Zones | None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "zones.yaml"
        path.write_text(text, encoding="utf-8", newline="")
        try:
            return read_zones(path)
        except DataFileError:
            return None


@given(st.lists(entries, max_size=3), st.lists(devices, max_size=3))
def test_a_zones_file_is_read_or_refused_and_places_every_device(
    written: list[dict[str, object]], boxes: list[Device]
) -> None:
    zones = read(safe_dump({"zones": written}))
    for box in boxes:
        placement = place(box, zones)
        assert (placement.origin is Origin.DECLARED) == (placement.zone is not None)
        assert len(placement.because) < 2000
    if zones is not None:
        check(zones, tuple(boxes))


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_as_zones(text: str) -> None:
    assert read(text) is None or isinstance(read(text), Zones)


@given(st.text(max_size=200), st.lists(st.dictionaries(words, scalars, max_size=4), max_size=2))
def test_any_text_is_read_or_refused_as_waivers(text: str, written: list[dict[str, object]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "waivers.yaml"
        for content in (text, safe_dump({"waivers": written})):
            path.write_text(content, encoding="utf-8", newline="")
            try:
                assert isinstance(read_waivers(path), Waivers)
            except DataFileError as error:
                assert "waivers.yaml" in str(error)


networks = st.builds(
    lambda address, short: ip_network((address, max(0, address.max_prefixlen - short)), strict=False),
    st.sampled_from(list(map(ip_address, ("10.0.0.1", "10.0.0.6", "10.9.0.1", "2001:db8::1", "::10.0.0.1")))),
    st.integers(0, 128),
)


@given(
    st.lists(st.lists(networks, max_size=3), max_size=6), st.sampled_from((None, "10.0.0.1", "10.0.0.5", "2001:db8::2"))
)
def test_the_index_leaves_out_only_zones_whose_networks_the_address_is_not_in(
    of_zones: list[list[IpNetwork]], at: str | None
) -> None:
    zones = tuple(Zone(f"z{n}", tuple(own), (), UNCLASSIFIED) for n, own in enumerate(of_zones))
    address = None if at is None else ip_address(at)
    assert ZoneIndex(zones).that_may_match(address) == [
        number
        for number, own in enumerate(of_zones)
        if not own or (address is not None and any(address in network for network in own))
    ]
