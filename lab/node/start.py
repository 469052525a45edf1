#!/usr/bin/env python3
"""Makes a lab node what its labels say: MACs, addresses, daemons. `start.py TOPOLOGY NODE`, as root in the node.

The same program runs in a container and in a network namespace. Everything it writes goes to /run/node.
"""

import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
STATE = Path("/run/node")
Labels = dict[str, str]


def sh(script: str) -> None:
    """Run a shell script; its output goes to the node's log, so that no daemon holds a pipe open."""
    with (STATE / "start.log").open("a") as log:
        subprocess.run(["sh", "-ec", script], check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def wait_for_links(topology: dict, node: str) -> None:
    """Containerlab adds the links after the container has started."""
    ends = [end for link in topology["links"] for end in link["endpoints"]]
    wanted = [end.split(":")[1] for end in ends if end.split(":")[0] == node]
    until = time.monotonic() + 60
    while not all(Path("/sys/class/net", name).exists() for name in wanted):
        if time.monotonic() > until:
            sys.exit(f"{node}: links {wanted} did not come up within 60 s")
        time.sleep(0.05)


def links(labels: Labels, services: list[str]) -> None:
    names = sorted(path.name for path in Path("/sys/class/net").glob("eth[1-9]*"))
    for name in names:
        mac = labels.get(f"lab/mac-{name}")
        if mac:
            sh(f"ip link set {name} down; ip link set {name} address {mac}")
        sh(f"ip link set {name} up")
    if "bridge" in services:
        sh("ip link add br0 type bridge forward_delay 0; ip link set br0 up")
        for name in names:
            sh(f"ip link set {name} master br0")
    sh(labels.get("lab/setup", "true"))


def snmpd(node: str, labels: Labels) -> None:
    lines = [
        "agentaddress udp:161,udp6:161",
        'createUser audit SHA-256 "lab-auth-pass" AES "lab-priv-pass"',
        "rouser audit priv",
        "master agentx",
        "agentXSocket /var/agentx/master",
        "agentXPerms 0777 0777",
        f"sysName {node}",
        "sysContact noc@example.net",
    ]
    if labels.get("lab/communities"):
        lines += ["rocommunity lab-public", "rocommunity6 lab-public"]
    lines += [f"{word} {labels[f'lab/{word}']}" for word in ("sysdescr", "sysobjectid") if f"lab/{word}" in labels]
    if "lab/engineid" in labels:
        lines.append(f"exactEngineID {labels['lab/engineid']}")
    mibs = ([17] if "bridge" in labels["lab/services"] else []) + ([47] if "lab/entity" in labels else [])
    lines += [f"pass_persist .1.3.6.1.2.1.{mib} {sys.executable} {HERE / 'mibs.py'}" for mib in mibs]
    (STATE / "snmpd.conf").write_text("\n".join(lines) + "\n")
    (STATE / "entity.json").write_text(labels.get("lab/entity", "[]"))
    sh("MIBS= snmpd -C -c /run/node/snmpd.conf -Lf /run/node/snmpd.log -p /run/snmpd.pid")


def lldpd(node: str, labels: Labels) -> None:
    lines = f"configure lldp tx-interval 1\nconfigure system hostname {node}\n{labels.get('lab/lldpd', '')}\n"
    (STATE / "lldpd.conf").write_text(lines)
    extra = f" -P {shlex.quote(labels['lab/platform'])}" if "lab/platform" in labels else ""
    extra += f" -S {shlex.quote(labels['lab/sysdescr'])}" if "lab/sysdescr" in labels else ""
    agentx = "-x -X /var/agentx/master" if "snmpd" in labels["lab/services"] else ""
    kinds = labels.get("lab/lldpd-kinds", "-c -M4").replace("none", "")
    sh(f"mkdir -p /run/lldpd; lldpd {agentx} -H 0 -l {kinds} -I 'eth*,!eth0' -C eth1{extra} -O /run/node/lldpd.conf")


def announce(labels: Labels) -> None:
    """Frames that no daemon sends: those of a vendor's own protocol, and broken ones."""
    command = shlex.join([sys.executable, str(HERE / "announce.py"), "eth1", labels["lab/announce"]])
    sh(f"{command} >/run/node/announce.log 2>&1 &")


def frr(labels: Labels) -> None:
    folder = Path("/etc/frr")
    (folder / "frr.conf").write_text(labels["lab/frr"])
    (folder / "vtysh.conf").write_text("service integrated-vtysh-config\n")
    sh("chown -R frr:frr /etc/frr; mkdir -p /run/frr; chown frr:frr /run/frr")
    for daemon in ("zebra", "ospfd", "bgpd"):
        sh(f"/usr/lib/frr/{daemon} -d -M snmp -A 127.0.0.1 --log file:/run/frr/{daemon}.log")
    sh("sleep 0.3; vtysh -b")


SSHD = """Port 22
HostKey /run/sshd/key
PidFile /run/sshd/sshd.pid
PasswordAuthentication yes
UsePAM no
PermitRootLogin no
"""


def sshd() -> None:
    (STATE / "sshd_config").write_text(SSHD)
    sh("mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f /run/sshd/key")
    sh("/usr/sbin/sshd -f /run/node/sshd_config -E /run/node/sshd.log")


def dropbear() -> None:
    sh("mkdir -p /run/db; dropbearkey -t ed25519 -f /run/db/key")
    sh("dropbear -r /run/db/key -p 22 -P /run/db.pid -E 2>/run/node/dropbear.log")


def main(topology_file: str, node: str) -> None:
    """Read this node's labels and start what they ask for."""
    topology = yaml.safe_load(Path(topology_file).read_text())["topology"]
    labels: Labels = topology["nodes"][node].get("labels") or {}
    STATE.mkdir(parents=True, exist_ok=True)
    services = labels.get("lab/services", "").split()
    wait_for_links(topology, node)
    links(labels, services)
    cli = HERE.parent / "cli" / f"{labels.get('lab/cli', 'shell')}.yaml"
    (STATE / "cli.json").write_text(json.dumps(yaml.safe_load(cli.read_text())))
    (STATE / "lines.log").touch()
    (STATE / "lines.log").chmod(0o666)
    if "snmpd" in services:
        snmpd(node, labels)
    if "lldpd" in services:
        lldpd(node, labels)
    if "announce" in services:
        announce(labels)
    if "frr" in services:
        frr(labels)
    if "sshd" in services:
        sshd()
    if "dropbear" in services:
        dropbear()
    (STATE / "started").touch()


if __name__ == "__main__":
    os.environ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    main(sys.argv[1], sys.argv[2])
