"""What a fuzzer feeds: every place where kitscan reads octets that others wrote, with seeds, and the errors that it
declares. Anything else that is raised is a crash.

A target's modules are imported only when it is made, so that a fuzzer can instrument them.
"""

import asyncio
import json
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

Reader = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class FuzzTarget:
    """One boundary: what makes its reader, the packages to instrument, and inputs to begin with."""

    make: Callable[[], Reader]
    modules: tuple[str, ...]
    seeds: Callable[[], Sequence[bytes]]


def _snmp() -> Reader:
    from scanner.protocols.snmp import engine_id_request
    from scanner.protocols.snmp.message import codec, variables
    from scanner.protocols.snmp.message.ber import DecodeError
    from scanner.protocols.snmp.sweep.answers import id_in
    from scanner.protocols.snmp.to_observations import to_observations

    def read(octets: bytes) -> None:
        id_in(octets)
        for reader in (codec.read_identity, engine_id_request.engine_id_in, codec.authentication_span):
            try:
                reader(octets)
            except DecodeError:
                continue
        with suppress(DecodeError):
            to_observations(variables.read_variables(octets, 0, len(octets)))
        try:
            message = codec.decode(octets)
        except DecodeError:
            return
        try:
            again = codec.encode(message)
        except ValueError:
            return  # a number beyond its type is read, and cannot be written
        codec.decode(again)

    return read


def _usm() -> Reader:
    from benchmarks.reliability.broken_messages import usm_reader
    from scanner.protocols.snmp.message.ber import DecodeError

    async def make() -> Callable[[bytes], object]:
        return usm_reader()

    verify = asyncio.run(make())

    def read(octets: bytes) -> None:
        try:
            verify(octets)
        except DecodeError:
            return

    return read


def _snmp_seeds() -> Sequence[bytes]:
    from benchmarks.hostile.snmp_mutations import Mutator, valid_messages

    return [*valid_messages(), *Mutator(1).broken(50)]


def _ssh() -> Reader:
    from scanner.protocols.ssh.ident import ident_in
    from scanner.protocols.ssh.kex import NotKexinitError, kex_observations, name_lists
    from scanner.protocols.telnet.probe import parse_telnet

    def read(octets: bytes) -> None:
        ident_in(octets)
        kex_observations(octets, "22/tcp", "it closed the connection")
        parse_telnet(octets)
        try:
            name_lists(octets)
        except NotKexinitError:
            return

    return read


def _ssh_seeds() -> Sequence[bytes]:
    lists = b"".join(len(names).to_bytes(4, "big") + names for names in (b"curve25519-sha256,x", *[b"aes128-ctr"] * 9))
    payload = b"\x14" + bytes(16) + lists + bytes(5)
    packet = (len(payload) + 9).to_bytes(4, "big") + b"\x08" + payload + bytes(8)
    return [
        b"SSH-2.0-OpenSSH_9.2\r\n" + packet,
        b"hello\r\nSSH-1.99-Cisco-1.25\n" + packet,
        b"\xff\xfd\x18\xff\xfalogin:",
    ]


def _terminal() -> Reader:
    from fingerprints.model.transcript import inner_outputs, render_output, split_log
    from scanner.protocols.ssh import waiting_line
    from scanner.protocols.ssh.prompt import LearnedPrompt
    from scanner.protocols.ssh.terminal import last_line, plain

    prompt = LearnedPrompt("router-1(12)#")

    def read(octets: bytes) -> None:
        text = octets.decode("latin-1")
        shown, line = plain(text), last_line(text)
        prompt.fits(line)
        prompt.resembles(line)
        for question in (waiting_line.pager_key, waiting_line.answer, waiting_line.is_open_question):
            question(line)
        waiting_line.is_menu(shown, line)
        render_output(text)
        split_log(text)
        inner_outputs("show version", text)

    return read


def _terminal_seeds() -> Sequence[bytes]:
    return [
        b"router-1(12)#show version\r\nCisco IOS\r\n --More-- \x08\x08\x08\x1b[2K\rrouter-1(12)#",
        b"\x1b[24;1H\x1b[2K\x1b[?25h\x1b[1;24r menu\r\n1. Shell\r\n2. Logout\r\nPress any key to continue",
        b"<HUAWEI>display version\r\nVRP\r\n  ---- More ----\x1b[16D                \x1b[16D[Y/N]:",
    ]


def _link() -> Reader:
    from scanner.protocols.link.probe import LinkProbe
    from scanner.rate_limit.profiles import PROFILES
    from scanner.targets.read_targets import read_targets
    from scanner.targets.target import Ports

    targets = read_targets(("192.0.2.0/24", "fe80::1%eth0"), Ports(), str)

    class Helper(LinkProbe):
        """A probe whose helper program says what the fuzzer says."""

        __slots__ = ("said",)

        async def _lines(self, ranges):  # type: ignore[no-untyped-def]  # noqa: ARG002
            for line in self.said:
                yield line

    async def hear(lines: list[dict[str, object]]) -> None:
        probe = Helper(PROFILES["lab"])
        probe.said = lines
        async for _ in probe.discover(targets):
            pass

    def read(octets: bytes) -> None:
        """LLDP and CDP fields as the helper writes them: lines of its own form, with values that a frame had."""
        fields = octets.split(b"\n")
        lines: list[dict[str, object]] = []
        for field in fields:
            name, _, value = field.partition(b"=")
            kind = "lldp" if len(field) % 2 else "cdp"
            mac = ":".join(f"{octet:02x}" for octet in value[:6].ljust(6, b"\0"))
            told = {"interface": "eth0", "mac": mac, "field": name.decode("latin-1"), "value": value.hex()}
            lines.append({"heard": kind, **told})
        asyncio.run(hear(lines))

    return read


def _link_seeds() -> Sequence[bytes]:
    return [
        b"system_name=sw1\nmanagement_address=192.0.2.9\nchassis_id=00:11:22:33:44:55\nport_id=eth0",
        b"device_id=core\naddress=192.0.2.7\nplatform=cisco WS-C2960\nmanagement_address=fe80::1",
    ]


def _captures() -> Reader:
    from fingerprints.model.errors import DataFileError
    from fingerprints.model.recording import decode, split_lines
    from scanner.captures import read_cli, read_snmprec, read_snmpwalk
    from scanner.snmpwalk_text import walked_values

    path = Path(tempfile.mkdtemp(prefix="fuzz-")) / "capture"

    def read(octets: bytes) -> None:
        path.write_bytes(octets)
        lines = octets.decode("utf-8", "replace").split("\n")
        for reader in (
            lambda: read_snmprec(path),
            lambda: read_snmpwalk(path),
            lambda: read_cli(path, "show version", "cisco_ios"),
            lambda: list(walked_values(octets)),
            lambda: list(decode(lines)),
            lambda: split_lines(lines),
        ):
            try:
                reader()
            except DataFileError:
                continue

    return read


def _captures_seeds() -> Sequence[bytes]:
    recording = {"source": "snmp.sys_descr", "said": [["1.3.6.1.2.1.1.1.0", "text"]]}
    return [
        b"1.3.6.1.2.1.1.1.0|4|text\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1\n1.3.6.1.2.1.2.2.1.6.1|4x|00\n#\n1.3|4e|\\x41",
        b'.1.3.6.1.2.1.1.1.0 = STRING: "a\nb"\n.1.3.6.1.2.1.1.3.0 = Timeticks: (5) 0:00:00.05',
        b"SNMPv2-MIB::sysName.0 = STRING: x\n",
        b"sysDescr.0 Hex-STRING: 41 42\n.1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.9.1.1208\n.1.3 = No Such Object",
        b"router#show version\r\nCisco IOS\r\nrouter#show inventory\r\nNAME: x\r\nrouter#",
        json.dumps(recording).encode() + b'\n{"gap": "no-answer", "probe": "snmp", "at": "161/udp", "detail": ""}',
        "1.3.6.1.2.1.1.1.0|4|text".encode("utf-16"),
    ]


def _web() -> Reader:
    from scanner.protocols.web.certificate import certificate_observations
    from scanner.protocols.web.http_answer import (
        NotHttpError,
        answer_observations,
        is_complete,
        read_answer,
        redirect_path,
    )

    def read(octets: bytes) -> None:
        is_complete(octets)
        certificate_observations(octets, "web", "443/tcp")
        try:
            answer = read_answer(octets)
        except NotHttpError:
            return
        if answer is not None:
            list(answer_observations(answer, "443/tcp"))
            redirect_path(answer, "192.0.2.1", 443, True)
            redirect_path(answer, "fe80::1%eth0", 80, False)

    return read


def _web_seeds() -> Sequence[bytes]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    from benchmarks.reliability.scanning import AS_OF

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, "router"), x509.NameAttribute(NameOID.SERIAL_NUMBER, "1")]
    )
    first = datetime.combine(AS_OF, datetime.min.time())
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 7, first, first.replace(year=2036))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("router.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chunked = b"HTTP/1.0 302 x\r\nLocation: /login?a=1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a h\r\n0\r\n\r\n"
    page = (
        b'HTTP/1.1 401 No\r\nServer : x\r\nWWW-Authenticate: Basic realm="a\\"b"\r\nContent-Length: 9\r\n\r\n<title>x'
    )
    return [page, chunked, certificate.public_bytes(serialization.Encoding.DER)]


def _files() -> Reader:
    from fingerprints.model.errors import KitscanError
    from reports.judgement.waivers import read_waivers
    from reports.placement.zones import read_zones
    from scanner.config import read_config
    from scanner.credentials.book import read_credentials
    from scanner.targets.read_targets import read_exclusions, read_targets
    from scanner.targets.target import Ports

    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))

    def nobody(_name: str) -> str:
        raise OSError(-2, "Name or service not known")

    def targets(name: str) -> Callable[[], object]:
        return lambda: read_targets((name,), Ports(), nobody, folder)

    readers: tuple[tuple[str, Callable[[], object]], ...] = (
        *((name, targets(name)) for name in ("t.csv", "t.txt", "topology-data.json", "lab.clab.yml", "hosts.ini")),
        ("exclude.txt", lambda: read_exclusions(("exclude.txt",), nobody, folder)),
        ("credentials.yaml", lambda: read_credentials(folder / "credentials.yaml", nobody)),
        ("kitscan.yaml", lambda: read_config(folder)),
        ("zones.yaml", lambda: read_zones(folder / "zones.yaml")),
        ("waivers.yaml", lambda: read_waivers(folder / "waivers.yaml")),
    )

    def read(octets: bytes) -> None:
        """The first octet chooses the file."""
        name, reader = readers[octets[0] % len(readers)] if octets else readers[0]
        path = folder / name
        path.write_bytes(octets[1:])
        path.chmod(0o600)
        try:
            reader()
        except KitscanError:
            return

    return read


def _files_seeds() -> Sequence[bytes]:
    return [
        b"\0address,snmp_port,name\n192.0.2.1,161,core\n192.0.2.0/30,,x\n",
        b"\x01192.0.2.1\n192.0.2.4-9 # core\n[2001:db8::1]:1161\n",
        b'\x02{"nodes": {"a": {"mgmt-ipv4-address": "192.0.2.1"}}}',
        b"\x03name: lab\ntopology:\n  nodes:\n    a: {kind: linux, mgmt-ipv4: 192.0.2.1}\n",
        b"\x05192.0.2.1\n10.0.0.0/8\n",
        b'\x06credentials:\n  - {name: ro, snmp: v2c, community: "env:RO", prefixes: [10.0.0.0/8]}\n',
        b"\x07targets: [10.0.0.0/24]\nprofile: gentle\nports: {snmp: 161}\n",
        b"\x08zones:\n  - name: core\n    match: {prefix: [10.0.0.0/8]}\n    tier: core\n",
        b"\x09waivers:\n  - {device: core-1, policy: us-889a, until: 2027-01-01, reason: x}\n",
    ]


TARGETS = {
    "snmp": FuzzTarget(_snmp, ("scanner.protocols.snmp.message", "scanner.protocols.snmp.sweep.answers"), _snmp_seeds),
    "snmp-usm": FuzzTarget(_usm, ("scanner.protocols.snmp",), _snmp_seeds),
    "ssh": FuzzTarget(_ssh, ("scanner.protocols.ssh.ident", "scanner.protocols.ssh.kex"), _ssh_seeds),
    "terminal": FuzzTarget(_terminal, ("scanner.protocols.ssh", "fingerprints.model.transcript"), _terminal_seeds),
    "link": FuzzTarget(_link, ("scanner.protocols.link",), _link_seeds),
    "captures": FuzzTarget(
        _captures, ("scanner.captures", "scanner.snmpwalk_text", "fingerprints.model"), _captures_seeds
    ),
    "web": FuzzTarget(_web, ("scanner.protocols.web",), _web_seeds),
    "files": FuzzTarget(_files, ("scanner.targets", "scanner.credentials", "reports.placement"), _files_seeds),
}
