"""Names of command lines in Ansible, NAPALM, Oxidized and RANCID, and what netmiko and ntc-templates call the same."""

PLATFORMS = {
    "ios": "cisco_ios",
    "iosxe": "cisco_xe",
    "iosxr": "cisco_xr",
    "nxos": "cisco_nxos",
    "nxos_ssh": "cisco_nxos",
    "asa": "cisco_asa",
    "aci": "cisco_apic",
    "eos": "arista_eos",
    "junos": "juniper_junos",
    "vrp": "huawei_vrp",
    "ce": "huawei_vrp",
    "cloudengine": "huawei_vrp",
    "comware": "hp_comware",
    "procurve": "hp_procurve",
    "aoscx": "aruba_aoscx",
    "routeros": "mikrotik_routeros",
    "fortios": "fortinet",
    "panos": "paloalto_panos",
    "timos": "nokia_sros",
    "sros": "nokia_sros",
    "srlinux": "nokia_srl",
    "dellos10": "dell_os10",
    "dellos9": "dell_os9",
    "os10": "dell_os10",
    "edgeos": "ubiquiti_edge",
    "vyos": "vyos",
    "exos": "extreme_exos",
    "cumulus": "cumulus_linux",
    "ironware": "brocade_fastiron",
}
"""Short names, in lower case."""


def platform_name(text: str) -> str:
    """The name that netmiko has for a platform; a name that is not in PLATFORMS as it is written.

    Ansible's names have up to three parts, of which the last decides (`cisco.ios.ios`).
    """
    short = text.strip().rpartition(".")[2].lower()
    return PLATFORMS.get(short, short or text)
