"""A folder of device files: the devices of one lab, who know each other."""

from pathlib import Path

from fingerprints.database.yaml_file import read_yaml
from fingerprints.model.errors import DataFileError, Flaw
from scanner.simulator.device import SimulatedDevice

LAB_DEVICES = "devices"
"""The folder of a lab's device files."""

_NEXT_STEP = "correct the folder and run the same command again"


def read_device_folder(folder: Path) -> dict[str, SimulatedDevice]:
    """Every device of a folder by its name, sorted; of a lab's folder, those in its `devices`.

    Raises DataFileError if there is none, a name comes twice, or a cable leads to no interface of another.
    """
    folder = folder / LAB_DEVICES if (folder / LAB_DEVICES).is_dir() else folder
    devices: dict[str, SimulatedDevice] = {}
    paths: dict[str, Path] = {}
    for path in sorted(folder.glob("*.yaml")):
        device = read_yaml(path, SimulatedDevice)
        if device.name in devices:
            flaw = Flaw("name", f"{device.name} is another file's too", "a name for each device")
            raise DataFileError(path, (flaw,), _NEXT_STEP)
        devices[device.name] = device
        paths[device.name] = path
    for device in devices.values():
        _check_cables(device, devices, paths[device.name])
    if not devices:
        flaw = Flaw("whole folder", "there are no device files", "files such as core1.yaml")
        raise DataFileError(folder, (flaw,), _NEXT_STEP)
    return dict(sorted(devices.items()))


def _check_cables(device: SimulatedDevice, devices: dict[str, SimulatedDevice], path: Path) -> None:
    """Raise DataFileError where the other end of a cable is not in the folder."""
    for interface in device.interfaces:
        peer = interface.peer
        far = devices.get(peer.device) if peer else None
        if peer and (far is None or all(port.name != peer.port for port in far.interfaces)):
            problem = f"there is no interface {peer.port} of {peer.device}"
            flaw = Flaw(f"peer of {interface.name}", problem, "an interface of a device of this folder")
            raise DataFileError(path, (flaw,), _NEXT_STEP)
