"""netmiko's drivers, held to read-only use. The only importer of netmiko.

kitscan uses a driver for what it knows of a platform's terminal. A mixin keeps the driver from connecting, preparing,
configuring or saving anything by itself; the guarded channel below it lets only allow-listed lines pass.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

from scanner.protocols.ssh.allow_list import GuardedChannel, LineRefusedError, ShellChannel
from scanner.protocols.ssh.cli_session import Driver
from scanner.protocols.ssh.platforms.platform import Platform


class _ReadOnly:
    """Overrides what a netmiko driver may not do: kitscan opened the session, and the driver only writes and reads."""

    channel: GuardedChannel
    leave: str

    def establish_connection(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise LineRefusedError("a driver tried to connect by itself")

    def _never(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise LineRefusedError("a driver tried to leave read-only mode")

    enable = config_mode = send_config_set = send_config_from_file = save_config = commit = _never

    def cleanup(self, command: str = "") -> None:  # noqa: ARG002 - netmiko's signature
        """Send the leave command and wait for nothing."""
        self.channel.write_channel(self.leave + "\n")


def load_drivers() -> Mapping[str, type]:
    """netmiko's drivers by device type. Importing them takes a third of a second, so it happens at the first use."""
    from netmiko.ssh_dispatcher import CLASS_MAPPER

    drivers: Mapping[str, type] = CLASS_MAPPER
    return drivers


def read_only_driver(platform: Platform, channel: GuardedChannel, shell: ShellChannel) -> Driver:
    """The platform's netmiko driver under the read-only mixin, on a channel that stands at the prompt."""
    base = load_drivers()[platform.driver]
    read_only = type(f"ReadOnly{base.__name__}", (_ReadOnly, base), {"leave": platform.leave})
    driver: Any = read_only(host="device", device_type=platform.driver, auto_connect=False, encoding="latin-1")
    driver.disable_lf_normalization = True  # a carriage return draws: terminal.py carries it out
    driver.channel, driver.remote_conn, driver.remote_conn_pre = channel, shell, None
    typed: Driver = driver
    return typed
