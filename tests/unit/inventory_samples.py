"""One inventory of each kind, in the shape of its public documentation, with a secret wherever the kind has one."""

import io
import json
from dataclasses import dataclass
from typing import Any

CANARY = "hunter2-canary"


@dataclass(frozen=True, slots=True)
class Sample:
    """A file of one kind. `words` are the targets that it names, `secrets` the names of what is dropped."""

    kind: str
    file: str
    octets: bytes
    words: tuple[str, ...]
    secrets: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()


def text(kind: str, file: str, content: str, *words: str, **more: Any) -> Sample:
    return Sample(kind, file, content.encode(), words, **more)


ANSIBLE_INI = f"""# the network
jump ansible_connection=local
[core]
core[01:03].example ansible_host=192.0.2.1 site=ams
core9 ansible_host=192.0.2.9 ansible_port=2222 ansible_user=audit ansible_password={CANARY} role="edge router"
192.0.2.30:2022
[leaf]
leaf-[a:b]
tpl ansible_host="{{{{ lookup('env', 'X') }}}}"
localhost
[net:children]
core
leaf
[net:vars]
ansible_network_os=cisco.ios.ios
tenant=blue
[core:vars]
ansible_become_pass={CANARY}
tenant=red
"""

ANSIBLE_YAML = f"""
all:
  vars: {{site: ams, ansible_password: {CANARY}}}
  hosts:
    r0: {{ansible_host: 192.0.2.10}}
  children:
    routers:
      hosts:
        r[1:2]: {{ansible_host: 192.0.2.11}}
        r3:
          ansible_host: 2001:db8::3
          ansible_ssh_pass: !vault |
            $ANSIBLE_VAULT;1.1;AES256
            6162
    here: {{hosts: {{localhost: {{ansible_connection: local}}}}}}
"""

ANSIBLE_JSON = json.dumps(
    {
        "_meta": {
            "hostvars": {
                "r1": {"ansible_host": "192.0.2.1", "ansible_password": CANARY, "ansible_network_os": "eos"},
                "lonely": {"ansible_host": "192.0.2.2"},
            }
        },
        "all": {"children": ["routers", "ungrouped"]},
        "routers": {"hosts": ["r1", "r4.example"]},
    }
)

NORNIR = f"""---
r1.example:
  hostname: 192.0.2.1
  port: 2222
  username: audit
  password: {CANARY}
  platform: eos
  groups: [ams]
  data: {{site: ams, role: core, api_token: {CANARY}}}
r2:
  hostname: "r2.example"
"""

NETBOX = {
    "count": 7,
    "next": "https://netbox.example/api/dcim/devices/?offset=50",
    "results": [
        {
            "id": 1,
            "name": "core1",
            "device_type": {"model": "DCS-7050", "slug": "dcs-7050", "manufacturer": {"name": "Arista"}},
            "role": {"name": "Core", "slug": "core"},
            "site": {"name": "Amsterdam", "slug": "ams"},
            "status": {"value": "active", "label": "Active"},
            "primary_ip": {"address": "192.0.2.1/24", "family": {"value": 4}},
            "primary_ip4": {"address": "192.0.2.1/24"},
            "serial": "JPE1",
            "tags": [{"name": "5G", "slug": "5g"}],
            "custom_fields": {"end_of_life": "2030-01-01", "snmp_community": CANARY},
            "config_context": {"password": CANARY},
            "comments": f"password: {CANARY}",
        },
        {"id": 2, "name": "oob", "device_type": {}, "role": {}, "primary_ip4": None,
         "oob_ip": {"address": "192.0.2.2/32"}},
        {"id": 3, "name": "PP:B117", "device_type": {}, "role": {}, "primary_ip4": None, "status": {"value": "active"}},
        {"id": 4, "name": "old", "device_type": {}, "role": {}, "primary_ip4": {"address": "192.0.2.4/24"},
         "status": {"value": "decommissioning"}},
        {"id": 5, "name": "sw:2", "device_type": {}, "role": {}, "primary_ip4": None,
         "virtual_chassis": {"name": "sw", "master": {"id": 9}}},
        {"id": 6, "name": "vm1", "cluster": {"name": "c"}, "vcpus": 2, "primary_ip4": {"address": "192.0.2.6/24"}},
    ],
}  # fmt: skip

NAUTOBOT = {
    "count": 1,
    "results": [
        {
            "id": "0b9f6a3e-8a5e-4d0b-9d55-0d3f3c2d1a11",
            "name": "edge1",
            "device_type": {"model": "MX204", "manufacturer": {"name": "Juniper"}},
            "role": {"name": "Edge"},
            "location": {"name": "Lyon"},
            "status": {"name": "Active"},
            "primary_ip4": {"address": "192.0.2.1/31"},
        }
    ],
}

LIBRENMS = {
    "status": "ok",
    "count": 2,
    "devices": [
        {
            "device_id": 1,
            "hostname": "core1.example",
            "sysName": "core1",
            "ip": "192.0.2.1",
            "port": 1161,
            "community": CANARY,
            "authpass": CANARY,
            "hardware": "C9300",
            "os": "iosxe",
            "disabled": 0,
        },
        {"device_id": 2, "hostname": "old.example", "sysName": "old", "disabled": 1},
        {"device_id": 3, "hostname": "named.example", "sysName": "named", "ip": None},
    ],
}

NETDISCO = [
    {"ip": "192.0.2.1", "dns": "core1.example", "name": "core1", "layers": "00000110", "vendor": "cisco",
     "model": "c9300", "serial": "FOC1", "snmp_comm": CANARY},
    {"ip": None, "dns": None, "name": "a b", "layers": "0", "last_discover": "x"},
]  # fmt: skip

NMAP = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<?xml-stylesheet href="file:///usr/share/nmap/nmap.xsl" type="text/xsl"?>
<nmaprun scanner="nmap" version="7.93">
<host><status state="up" reason="arp-response"/>
<address addr="192.0.2.1" addrtype="ipv4"/><address addr="00:00:5E:00:53:01" addrtype="mac" vendor="Cisco Systems"/>
<hostnames><hostname name="core1.example" type="PTR"/></hostnames>
<ports><port protocol="udp" portid="161"><state state="open"/></port>
<port protocol="tcp" portid="22"><state state="closed"/></port></ports></host>
<host><status state="down"/><address addr="192.0.2.2" addrtype="ipv4"/></host>
</nmaprun>
"""

SUZIEQ = f"""
sources:
- name: lab
  hosts:
  - url: ssh://vagrant@192.0.2.1:2001 password={CANARY} devtype=eos
  - url: "https://audit:{CANARY}@192.0.2.2"
- {{name: box, type: netbox, url: "https://netbox.example", token: {CANARY}}}
namespaces:
- {{name: blue, source: lab}}
"""


def workbook(rows: list[list[object]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.create_sheet("notes")
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


CSV = f"name,address,site,password\nr1,192.0.2.1,ams,{CANARY}\n"

SAMPLES = (
    text("csv", "list.csv", CSV, "192.0.2.1", secrets=("password",)),
    Sample(
        "xlsx",
        "list.xlsx",
        workbook(
            [["Name", "IP-Adresse", "SSH port", "Kennwort"], ["r1", "192.0.2.1", 2222.0, CANARY], ["r2", "192.0.2.2"]]
        ),
        ("192.0.2.1", "192.0.2.2"),
        ("kennwort",),
    ),
    text("list", "list.txt", "192.0.2.1\nr1.example # core\n", "192.0.2.1", "r1.example"),
    text(
        "hosts",
        "hosts",
        "127.0.0.1 localhost\n::1 ip6-localhost\n192.0.2.1 core1 core1.example # x\n",
        "192.0.2.1",
        skipped=(("localhost", "local"), ("ip6-localhost", "local")),
    ),
    text(
        "ansible",
        "inventory",
        ANSIBLE_INI,
        "192.0.2.1",
        "192.0.2.1",
        "192.0.2.1",
        "192.0.2.9",
        "192.0.2.30",
        "leaf-a",
        "leaf-b",
        secrets=("ansible_become_pass", "ansible_password"),
        skipped=(("jump", "local"), ("tpl", "template"), ("localhost", "local")),
    ),
    text(
        "ansible-yaml",
        "inventory.yml",
        ANSIBLE_YAML,
        "192.0.2.10",
        "192.0.2.11",
        "192.0.2.11",
        "2001:db8::3",
        secrets=("ansible_password", "ansible_ssh_pass"),
        skipped=(("localhost", "local"),),
    ),
    text(
        "ansible-json", "list.json", ANSIBLE_JSON, "192.0.2.1", "r4.example", "192.0.2.2", secrets=("ansible_password",)
    ),
    text("nornir", "hosts.yaml", NORNIR, "192.0.2.1", "r2.example", secrets=("api_token", "password")),
    text(
        "netbox",
        "devices.json",
        json.dumps(NETBOX),
        "192.0.2.1",
        "192.0.2.2",
        "192.0.2.6",
        secrets=("snmp_community",),
        skipped=(("PP:B117", "no-address"), ("old", "not-active"), ("sw:2", "chassis-member")),
    ),
    text("nautobot", "devices.json", json.dumps(NAUTOBOT), "192.0.2.1"),
    text(
        "librenms",
        "devices.json",
        json.dumps(LIBRENMS),
        "192.0.2.1",
        "named.example",
        secrets=("community", "authpass"),
        skipped=(("old.example", "not-active"),),
    ),
    text(
        "netdisco",
        "devices.json",
        json.dumps(NETDISCO),
        "192.0.2.1",
        secrets=("snmp_comm",),
        skipped=(("a b", "no-address"),),
    ),
    text("oxidized", "router.db", f"192.0.2.1:ios:audit:{CANARY}\nr2.example:junos\n", "192.0.2.1", "r2.example"),
    text(
        "rancid",
        "router.db",
        "# all\nr1.example;cisco;up\nr2.example;juniper;down\n2001:db8::1;arista;up;spare\n",
        "r1.example",
        "2001:db8::1",
        skipped=(("r2.example", "down"),),
    ),
    text("nmap", "scan.xml", NMAP, "192.0.2.1", skipped=(("192.0.2.2", "down"),)),
    text(
        "nmap-grep",
        "scan.gnmap",
        "# Nmap 7.93 scan initiated\nHost: 192.0.2.1 (core1.example)\tStatus: Up\n"
        "Host: 192.0.2.1 (core1.example)\tPorts: 22/open/tcp//ssh///, 161/open|filtered/udp//snmp///\n"
        "Host: 192.0.2.2 ()\tStatus: Down\n# Nmap done\n",
        "192.0.2.1",
        skipped=(("192.0.2.2", "down"),),
    ),
    text(
        "masscan",
        "scan.list",
        "#masscan\nopen tcp 22 192.0.2.1 1390380064\nopen udp 161 192.0.2.1 1390380065\n# end\n",
        "192.0.2.1",
    ),
    text("suzieq", "inventory.yml", SUZIEQ, "192.0.2.1", "192.0.2.2", secrets=("password",)),
    text(
        "mrtg",
        "mrtg.cfg",
        f"WorkDir: /srv/mrtg\nTarget[r1_1]: 1:{CANARY}@192.0.2.1:\nTarget[r1_2]: 2:{CANARY}@192.0.2.1:\n"
        f"Target[r2]: 2:{CANARY}@r2.example:1161::::2\nMaxBytes[r2]: 1250000\n",
        "192.0.2.1",
        "r2.example",
        secrets=("community",),
    ),
    text(
        "containerlab",
        "lab.clab.yml",
        "name: lab\nprefix: null\ntopology:\n  nodes:\n    r1: {kind: ceos, mgmt-ipv4: 192.0.2.1}\n"
        "    br1: {kind: bridge}\n    r2: {kind: ceos, image: '${CEOS_IMAGE:=ceos:latest}'}\n",
        "192.0.2.1",
        "clab-lab-r2",
        skipped=(("br1", "no-device"),),
    ),
    text(
        "containerlab-data",
        "topology-data.json",
        '{"nodes": {"r1": {"kind": "ceos", "mgmt-ipv4-address": "192.0.2.1"}, "br1": {"kind": "bridge", '
        '"mgmt-ipv4-address": ""}}}',
        "192.0.2.1",
        skipped=(("br1", "no-address"),),
    ),
    text(
        "containerlab-inspect",
        "inspect.json",
        '{"lab": [{"lab_name": "lab", "name": "clab-lab-r1", "container_id": "9f2a", "kind": "linux", '
        '"state": "running", "ipv4_address": "192.0.2.1/24", "ipv6_address": "N/A"}, {"lab_name": "lab", '
        '"name": "clab-lab-r2", "container_id": "", "kind": "linux", "state": "exited", "ipv4_address": "N/A"}]}',
        "192.0.2.1",
        skipped=(("clab-lab-r2", "down"),),
    ),
)
