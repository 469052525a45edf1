"""A lab folder of five nodes for the tests of `kitscan lab`: two with SNMP, one with SSH, one silent, a bridge."""

import os
import textwrap
from itertools import count
from pathlib import Path

_NUMBER = count(1)

TOPOLOGY = """
name: {name}
mgmt: {{network: {name}, ipv4-subnet: 172.31.77.0/24}}
topology:
  kinds:
    linux: {{image: "kitscan:latest", cmd: lab device /lab/devices, binds: [".:/lab:ro"], env-files: [lab.env]}}
  nodes:
    core1:
      kind: linux
      mgmt-ipv4: 172.31.77.11
      labels:
        role: core
        kitscan-expect-maker: huawei
        kitscan-expect-place: the core
        kitscan-expect-verdict: restricted
        kitscan-expect-parts: "huawei:1"
    leaf1:
      kind: linux
      mgmt-ipv4: 172.31.77.12
      labels:
        role: leaf
        kitscan-expect-maker: arista
        kitscan-expect-place: the edge
        kitscan-expect-verdict: clear
    box1:
      kind: linux
      mgmt-ipv4: 172.31.77.13
      labels: {{role: leaf}}
    silent1:
      kind: linux
      mgmt-ipv4: 172.31.77.14
      labels: {{kitscan-expect-maker: unknown, kitscan-expect-verdict: not_assessed}}
    br1: {{kind: bridge}}
  links:
    - endpoints: ["core1:eth1", "leaf1:eth1"]
    - endpoints: ["core1:eth2", "br1:port1"]
    - endpoints: ["box1:eth1", "br1:port2"]
"""

DEVICES = {
    "core1": """
        name: core1
        mac: 48:46:fb:10:01:00
        snmp: {engine_id: 800007db034846fb100100, auth: sha256, priv: aes128}
        system:
          descr: >-
            Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180 (NE40E V800R010C10SPC500)
          object_id: 1.3.6.1.4.1.2011.2.62.2.18
          up_time: 1834512200
        interfaces:
          - {index: 11,
             name: GigabitEthernet1/0/0, alias: to leaf1, link: eth1, peer: {device: leaf1, port: Ethernet1}}
          - {index: 12, name: GigabitEthernet1/0/1, link: eth2}
        entities:
          - {index: 1, descr: NE40E-X8A Assembly Chassis,
             kind: 3, serial: 2102310QLA10J7000017, maker: Huawei, model: CR5P08BASA73}
          - {index: 2, descr: Flexible Card Line Processing Unit,
             kind: 9, within: 1, name: LPU slot 1, serial: 030QLB10J7000123, maker: Huawei, model: CR5DLPUF240A}
    """,
    "leaf1": """
        name: leaf1
        mac: 44:4c:a8:70:07:00
        snmp: {engine_id: f5717f444ca870070000}
        system:
          descr: Arista Networks EOS version 4.24.5M running on an Arista Networks DCS-7050SX3-48YC8
          object_id: 1.3.6.1.4.1.30065.1.3011.7050.3741.3.48.1654.8
          up_time: 288110000
        interfaces:
          - {index: 1,
             name: Ethernet1, alias: to core1, link: eth1, peer: {device: core1, port: GigabitEthernet1/0/0}}
        entities:
          - {index: 1, descr: "48-port SFP28 + 8-port QSFP100 switch chassis",
             kind: 3, serial: JPE19210123, maker: Arista Networks, model: DCS-7050SX3-48YC8}
          - {index: 100220100, descr: "Power supply",
             kind: 6, within: 1, name: PowerSupply1, serial: C187KD00BK1PT, maker: Arista Networks, model: PWR-500AC-R}
    """,
    "box1": """
        name: box1
        mac: 00:1b:54:00:10:00
        interfaces: [{index: 1, name: GigabitEthernet0/1, link: eth1}]
        ssh: {ident: Cisco-1.25, prompt: "box1>"}
    """,
    "silent1": "name: silent1\nmac: 00:1b:54:00:20:00\n",
}

FILES = {
    "lab.env": """
        # Public words for simulated devices: no secrets.
        LAB_COMMUNITY=lab-public
        LAB_AUTH=lab-auth-words
        LAB_PRIV=lab-priv-words
        LAB_SSH=lab-ssh-words
    """,
    "kitscan.yaml": """
        credentials: credentials.yaml
        zones: zones.yaml
        profile: lab
        operator: {jurisdictions: [gb], bound_as: [mobile operator]}
    """,
    "zones.yaml": """
        zones:
          - {name: the core, match: {role: core}, tier: core, segment: core_ip}
          - {name: the edge, match: {role: leaf}, tier: edge, segment: edge, core: no}
    """,
    "credentials.yaml": """
        credentials:
          - name: v3
            snmp: v3
            user: audit
            auth: [sha256, env:LAB_AUTH]
            priv: [aes128, env:LAB_PRIV]
            prefixes: [172.31.77.11/32]
          - {name: ro, snmp: v2c, community: env:LAB_COMMUNITY, prefixes: [172.31.77.12/31, 172.31.77.14/32]}
          - {name: cli, ssh: true, user: audit, password: env:LAB_SSH, prefixes: [172.31.77.0/24]}
    """,
}


def write_small_lab(folder: Path) -> str:
    """Write the lab into a new folder. Returns its name, which no other lab of this machine has."""
    name = f"t{os.getpid()}x{next(_NUMBER)}"
    (folder / "devices").mkdir(parents=True)
    (folder / f"{name}.clab.yml").write_text(TOPOLOGY.format(name=name))
    for device, text in DEVICES.items():
        (folder / "devices" / f"{device}.yaml").write_text(textwrap.dedent(text))
    for file, text in FILES.items():
        (folder / file).write_text(textwrap.dedent(text))
    return name
