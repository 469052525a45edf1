"""containerlab's kinds of nodes: which are no device, and which command line to try first on the others.

The names are those of clab.schema.json; a test holds both lists to each other. A platform is a name of
`scanner/protocols/ssh/platforms`, and a hint only: a kind says which image people meant to start, never whose it is.
"""

NO_CONTAINER = frozenset(("bridge", "ovs-bridge", "host"))
"""Kinds that containerlab starts no container for. They have no management address."""

KUBERNETES = "k8s-kind"
"""A cluster that kind starts: its machines are containers with names of kind's own."""

EXTERNAL = "ext-container"
"""A container that somebody else starts. It has the name that it has, and no prefix."""

PLATFORMS_OF_KINDS = {
    "6wind_vsr": "",
    "arista_ceos": "arista_eos",
    "arista_veos": "arista_eos",
    "arrcus_arcos": "",
    "aruba_aoscx": "aruba_aoscx",
    "border0": "",
    "bridge": "",
    "checkpoint_cloudguard": "checkpoint_gaia",
    "ciena_saos": "ciena_saos10",
    "cisco_asav": "cisco_asa",
    "cisco_c8000": "cisco_xr",
    "cisco_c8000v": "cisco_xe",
    "cisco_cat9kv": "cisco_xe",
    "cisco_csr": "cisco_xe",
    "cisco_csr1000v": "cisco_xe",
    "cisco_ftdv": "cisco_ftd",
    "cisco_iol": "cisco_ios",
    "cisco_n9kv": "cisco_nxos",
    "cisco_nxos": "cisco_nxos",
    "cisco_sdwan": "",
    "cisco_vios": "cisco_ios",
    "cisco_xrd": "cisco_xr",
    "cisco_xrd_vrouter": "cisco_xr",
    "cisco_xrv": "cisco_xr",
    "cisco_xrv9k": "cisco_xr",
    "cjunosevolved": "juniper_junos",
    "dell_ftosv": "dell_os10",
    "dell_sonic": "sonic",
    "ext-container": "",
    "f5_bigip-ve": "f5_tmsh",
    "fdio_vpp": "",
    "fortinet_fortigate": "fortinet",
    "freebsd": "",
    "generic_vm": "",
    "host": "",
    "huawei_vrp": "huawei_vrp",
    "ipinfusion_ocnos": "ipinfusion_ocnos",
    "juniper_cjunosevolved": "juniper_junos",
    "juniper_crpd": "juniper_junos",
    "juniper_csrx": "juniper_junos",
    "juniper_vjunosevolved": "juniper_junos",
    "juniper_vjunosrouter": "juniper_junos",
    "juniper_vjunosswitch": "juniper_junos",
    "juniper_vmx": "juniper_junos",
    "juniper_vqfx": "juniper_junos",
    "juniper_vsrx": "juniper_junos",
    "k8s-kind": "",
    "keysight_ixia-c-one": "",
    "linux": "",
    "mikrotik_ros": "mikrotik_routeros",
    "nokia_srlinux": "nokia_srl",
    "nokia_sros": "nokia_sros",
    "nokia_srsim": "nokia_sros",
    "nvidia_cumulusvx": "cumulus_linux",
    "openbsd": "",
    "openwrt": "",
    "ostinato": "",
    "ovs-bridge": "",
    "paloalto_panos": "paloalto_panos",
    "plvision_sonic": "sonic",
    "rare": "",
    "sonic-vm": "sonic",
    "sonic-vs": "sonic",
    "spirent_stc": "",
    "veesix_osvbng": "",
    "vyosnetworks_vyos": "vyos",
}
"""Every kind of the schema, and the platform to try first; empty where kitscan knows none, or where the kind starts any
image (`linux`)."""

EARLIER_NAMES = {
    "srl": "nokia_srlinux",
    "ceos": "arista_ceos",
    "crpd": "juniper_crpd",
    "cvx": "nvidia_cumulusvx",
    "ixiac-one": "keysight_ixia-c-one",
    "keysight_ixiac-one": "keysight_ixia-c-one",
    "xrd": "cisco_xrd",
    "c8000": "cisco_c8000",
    "vr-sros": "nokia_sros",
    "vr-nokia_sros": "nokia_sros",
    "vr-vmx": "juniper_vmx",
    "vr-juniper_vmx": "juniper_vmx",
    "vr-vqfx": "juniper_vqfx",
    "vr-juniper_vqfx": "juniper_vqfx",
    "vr-vsrx": "juniper_vsrx",
    "vr-juniper_vsrx": "juniper_vsrx",
    "vr-vjunosswitch": "juniper_vjunosswitch",
    "vr-juniper_vjunosswitch": "juniper_vjunosswitch",
    "vr-vjunosevolved": "juniper_vjunosevolved",
    "vr-xrv": "cisco_xrv",
    "vr-cisco_xrv": "cisco_xrv",
    "vr-xrv9k": "cisco_xrv9k",
    "vr-cisco_xrv9k": "cisco_xrv9k",
    "vr-csr": "cisco_csr1000v",
    "vr-cisco_csr1000v": "cisco_csr1000v",
    "vr-c8000v": "cisco_c8000v",
    "vr-n9kv": "cisco_n9kv",
    "vr-cisco_n9kv": "cisco_n9kv",
    "vr-cat9kv": "cisco_cat9kv",
    "vr-ftdv": "cisco_ftdv",
    "vr-veos": "arista_veos",
    "vr-arista_veos": "arista_veos",
    "vr-pan": "paloalto_panos",
    "vr-paloalto_panos": "paloalto_panos",
    "vr-ros": "mikrotik_ros",
    "vr-mikrotik_ros": "mikrotik_ros",
    "vr-ftosv": "dell_ftosv",
    "vr-dell_ftosv": "dell_ftosv",
    "vr-aoscx": "aruba_aoscx",
    "vr-aruba_aoscx": "aruba_aoscx",
}
"""Names of kinds in files that were written for earlier containerlabs. The attribute keeps the name as written."""


def platform_of_kind(kind: str) -> str:
    """The platform to try first on a node of this kind, or an empty text."""
    return PLATFORMS_OF_KINDS.get(EARLIER_NAMES.get(kind, kind), "")
