"""The benchmark of identification: the same devices in every run, of the size that it says, and who made them."""

from benchmarks.identification.devices import KINDS, OBSERVATIONS, devices
from fingerprints.database.fingerprint_database import load_database
from fingerprints.identity.identify import identify
from tests.unit.boxes import grouped


def test_devices_are_the_same_in_every_run_and_of_one_size() -> None:
    made = list(devices(20))
    assert made == list(devices(20))
    assert {len(one.observations) for one in made} == {OBSERVATIONS}


def test_each_kind_is_what_it_introduces_itself_as() -> None:
    database = load_database()
    found = [identify(one, database) for one in grouped(devices(len(KINDS)), database)]
    vendors = [device.identity.vendor.id if device.identity.vendor else None for device in found]
    assert vendors[:4] == ["cisco", "huawei", "juniper", None]
