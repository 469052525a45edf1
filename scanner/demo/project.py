"""The project folder of the demonstration: the files that a user would write, for the ordinary commands."""

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path

from scanner.credentials.credential import AuthProtocol, PrivProtocol
from scanner.demo.demo_device import DemoDevice
from scanner.simulator.passwords import USER, Passwords
from scanner.targets.target import Ports

TARGETS = "targets.csv"
NETWORK = "127.0.1.0/24"
ZONES = Path(__file__).with_name("zones.yaml")

_MARK = "# Written by kitscan demo, which writes it anew each time.\n"
_CONFIG = f"""\
{_MARK}# The options of this folder, for the ordinary commands: `kitscan scan`, `kitscan assess`, `kitscan explain` ...
targets: [targets.csv]
credentials: credentials.yaml
zones: zones.yaml
profile: lab
store: kitscan.sqlite
known_hosts: known_hosts
"""
_WRITTEN = (TARGETS, "credentials.yaml", "zones.yaml", "kitscan.yaml", "known_hosts", "secrets")


def write_project(folder: Path, devices: Iterable[DemoDevice], passwords: Passwords, ports: Ports) -> None:
    """Make the folder: targets.csv, credentials.yaml with its secrets (mode 0600), zones.yaml, kitscan.yaml.

    What an earlier scan left there stays, except the host keys, because those devices no longer exist. Raises
    FileExistsError if files of these names do not come from a demonstration, and any other OSError.
    """
    devices = tuple(devices)
    folder.mkdir(parents=True, exist_ok=True)
    if not _may_write(folder):
        raise FileExistsError(0, "it holds a project of your own", str(folder))
    (folder / "known_hosts").unlink(missing_ok=True)
    (folder / TARGETS).write_text(targets(devices, ports), encoding="utf-8")
    (folder / "zones.yaml").write_text(ZONES.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "kitscan.yaml").write_text(_CONFIG, encoding="utf-8")
    (folder / "credentials.yaml").write_text(credentials(devices), encoding="utf-8")
    kept = folder / "secrets"
    kept.mkdir(mode=0o700, exist_ok=True)
    for name, secret in passwords.files().items():
        _write_private(kept / name, secret + "\n")


def targets(devices: Iterable[DemoDevice], ports: Ports) -> str:
    """The operator's inventory, as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("address", "name", "site", "role", "group", "snmp_port", "ssh_port"))
    for device in devices:
        row = (device.address, device.name, device.site, device.role, device.group, ports.snmp, ports.ssh)
        writer.writerow(row)
    return text.getvalue()


def credentials(devices: Iterable[DemoDevice]) -> str:
    """The credentials file: references only, each bound to the addresses that it is for."""
    users: dict[tuple[AuthProtocol, PrivProtocol], list[str]] = {}
    others: list[str] = []
    for device in devices:
        if device.snmp and device.snmp.auth and device.snmp.priv:
            users.setdefault((device.snmp.auth, device.snmp.priv), []).append(f"{device.address}/32")
        else:
            others.append(f"{device.address}/32")
    lines = [
        "# References to secrets, never secrets. Those with `sweep` may be offered to addresses that never answered."
    ]
    lines.append("credentials:")
    for (auth, priv), prefixes in users.items():
        lines += [
            f"  - name: v3-{auth}-{priv}",
            "    snmp: v3",
            f"    user: {USER}",
            f"    auth: [{auth}, file:secrets/v3-authentication]",
            f"    priv: [{priv}, file:secrets/v3-privacy]",
            f"    prefixes: [{', '.join(prefixes)}]",
        ]
    lines += [
        "  - name: read-only",
        "    snmp: v2c",
        "    community: file:secrets/community",
        "    sweep: true",
        f"    prefixes: [{', '.join(others)}]",
        "  - name: command-line",
        "    ssh: true",
        f"    user: {USER}",
        "    password: file:secrets/ssh-password",
        f"    prefixes: [{NETWORK}]",
    ]
    return "\n".join(lines) + "\n"


def _may_write(folder: Path) -> bool:
    """True if nothing that a user wrote would be lost."""
    if not any((folder / name).exists() for name in _WRITTEN):
        return True
    config = folder / "kitscan.yaml"
    return config.is_file() and config.read_text(encoding="utf-8", errors="replace").startswith(_MARK)


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can ever read."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
