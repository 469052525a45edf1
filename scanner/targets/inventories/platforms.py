"""Names of command lines in Ansible, NAPALM, Oxidized and RANCID, and what netmiko and ntc-templates call the same."""

from fingerprints.database.command_line_platforms import load_command_line_platforms


def platform_name(text: str) -> str:
    """The name that netmiko has for a platform; a name that is not known as it is written.

    Ansible's names have up to three parts, of which the last decides (`cisco.ios.ios`).
    """
    return load_command_line_platforms().by_other_name.get(_short(text), _short(text) or text)


def is_platform_name(text: str) -> bool:
    """Whether another tool calls a platform so."""
    return _short(text) in load_command_line_platforms().by_other_name


def _short(text: str) -> str:
    return text.strip().rpartition(".")[2].lower()
