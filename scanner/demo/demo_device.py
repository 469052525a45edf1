"""The devices of the demonstration: where each one stands, and what a scan should conclude about it."""

from ipaddress import IPv4Address
from pathlib import Path

from fingerprints.database.yaml_file import FileModel, read_yaml
from reports.policy.verdict import Verdict
from scanner.simulator.device import Ipv4Text, SimulatedDevice

DATA = Path(__file__).with_name("devices")


class Expected(FileModel):
    """What a scan must conclude with the demo's zones and the default policies.

    Companies are ids. `made_by` is given if another company than the vendor built the device. `watched` are the
    companies at level possible or higher. `component` is the watched maker of a part. A device that only its
    neighbours report has no `zone`, and the `verdict` not_assessed.
    """

    zone: str | None
    core: bool | None
    verdict: Verdict
    vendor: str | None = None
    made_by: str | None = None
    watched: tuple[str, ...] = ()
    component: str | None = None


class DemoDevice(SimulatedDevice):
    """One device of the demonstration. `group`, `role` and `site` go into its inventory."""

    address: Ipv4Text
    group: str
    role: str
    site: str
    expected: Expected


def read_devices(folder: Path = DATA) -> tuple[DemoDevice, ...]:
    """All devices of a folder, sorted by address. Raises DataFileError, which names file and line."""
    devices = (read_yaml(path, DemoDevice) for path in sorted(folder.glob("*.yaml")))
    return tuple(sorted(devices, key=lambda device: IPv4Address(device.address)))
