"""A broker as docs/fleet-broker.md sets it up, for a centre and two sites."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scanner.courier.broker_names import CENTRE, site_queue
from scanner.courier.provisioning import definitions_of, new_password, password_hash
from scanner.courier.tls_files import TlsFiles
from tests.services.rabbitmq import Broker, broker

PAGE = Path(__file__).parents[2] / "docs" / "fleet-broker.md"
SITES = ("LON", "MAN")
CANARY = "canary-broker-password-1"


@dataclass(slots=True)
class FleetBroker:
    """A running broker, its users' passwords, and the TLS files of those who come."""

    broker: Broker
    tls: TlsFiles
    passwords: dict[str, str] = field(repr=False)

    def centre(self, tls: bool = False) -> str:
        return self.url(CENTRE, tls)

    def site(self, name: str, tls: bool = False) -> str:
        return self.url(site_queue(name), tls)

    def url(self, user: str, tls: bool = False) -> str:
        return self.broker.url(user, self.passwords[user], tls)


@contextmanager
def fleet_broker(certificates: Path, centre_octets: int) -> Iterator[FleetBroker]:
    """A broker whose queue of the centre holds so many octets. LON's password is CANARY."""
    passwords = {user: new_password() for user in (CENTRE, *map(site_queue, SITES))}
    passwords[site_queue("LON")] = CANARY
    hashes = {site: password_hash(passwords[site_queue(site)], b"salt") for site in SITES}
    definitions = json.dumps(definitions_of(password_hash(passwords[CENTRE], b"salt"), hashes, centre_octets))
    make_certificates(certificates)
    files = {name: (certificates / name).read_bytes() for name in ("ca.pem", "broker.pem", "broker.key")}
    with broker(configuration(), {**files, "definitions.json": definitions.encode()}) as running:
        yield FleetBroker(running, TlsFiles(certificates / "ca.pem"), passwords)


def configuration() -> str:
    """The page's configuration, in the folder of a test and with a port without TLS."""
    (text,) = re.findall(r"```ini\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    ours = text.replace("/etc/rabbitmq/", "FOLDER/").replace("default = 5671", "default = 127.0.0.1:TLS_PORT")
    return ours.replace("listeners.tcp = none\n", "")


def make_certificates(folder: Path) -> None:
    """An authority (ca.pem), another (other.pem), a broker's certificate for `localhost`, one for another host, and a
    site's."""
    for name in ("ca", "other"):
        subject = ["-subj", f"/CN={name}", "-addext", "keyUsage=critical,keyCertSign"]
        _openssl("req", "-x509", *_key(folder, name), "-days", "30", *subject, "-out", f"{folder}/{name}.pem")
    for name, host in (("broker", "localhost"), ("elsewhere", "elsewhere.example"), ("site", "lon1")):
        issuer = ["-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key", "-days", "30"]
        subject = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
        _openssl("req", "-x509", *_key(folder, name), *issuer, *subject, "-out", f"{folder}/{name}.pem")


def _key(folder: Path, name: str) -> list[str]:
    return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{folder}/{name}.key"]


def _openssl(*words: str) -> None:
    done = subprocess.run(["openssl", *words], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
