"""A folder of device files: the devices of one lab, who know each other."""

from pathlib import Path

from fingerprints.database.yaml_file import read_yaml
from fingerprints.model.errors import DataFileError, Flaw
from scanner.simulator.device import SimulatedDevice

_NEXT_STEP = "correct the folder and run the same command again"


def read_device_folder(folder: Path) -> dict[str, SimulatedDevice]:
    """Every device of a folder by its name, sorted. Raises DataFileError if there is none, or a name comes twice."""
    devices: dict[str, SimulatedDevice] = {}
    for path in sorted(folder.glob("*.yaml")):
        device = read_yaml(path, SimulatedDevice)
        if device.name in devices:
            flaw = Flaw("name", f"{device.name} is another file's too", "a name for each device")
            raise DataFileError(path, (flaw,), _NEXT_STEP)
        devices[device.name] = device
    if not devices:
        flaw = Flaw("whole folder", "there are no device files", "files such as core1.yaml")
        raise DataFileError(folder, (flaw,), _NEXT_STEP)
    return dict(sorted(devices.items()))
