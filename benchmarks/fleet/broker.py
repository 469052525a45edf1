"""RabbitMQ for a fleet of this machine, set up as docs/fleet-broker.md says, with TLS; it can be killed and started
again."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.fleet.folders import BROKER, Carried
from scanner.courier.broker_names import CENTRE, site_queue
from scanner.courier.provisioning import MAX_CENTRE_OCTETS, definitions_of, new_password, password_hash
from tests.services.fleet_broker import configuration, make_certificates
from tests.services.rabbitmq import Broker, broker, missing


@contextmanager
def fleet_broker(sites: tuple[str, ...], centre_octets: int = MAX_CENTRE_OCTETS) -> Iterator[tuple[Broker, Carried]]:
    """A broker for these sites until the block ends, and how they reach it. Raises OSError where none is installed."""
    reason = missing()
    if reason is not None:
        raise OSError(f"RabbitMQ is {reason}")
    passwords = {user: new_password() for user in (CENTRE, *map(site_queue, sites))}
    hashes = {site: password_hash(passwords[site_queue(site)], b"salt") for site in sites}
    definitions = definitions_of(password_hash(passwords[CENTRE], b"salt"), hashes, centre_octets)
    with tempfile.TemporaryDirectory(prefix="kitscan-broker-") as name:
        certificates = Path(name)
        make_certificates(certificates)
        files = {name: (certificates / name).read_bytes() for name in ("ca.pem", "broker.pem", "broker.key")}
        with broker(configuration(), {**files, "definitions.json": json.dumps(definitions).encode()}) as running:
            urls = {user: running.url(user, password, tls=True) for user, password in passwords.items()}
            own = {site: {BROKER: urls[site_queue(site)]} for site in sites}
            yield running, Carried(f"env:{BROKER}", {BROKER: urls[CENTRE]}, own, certificates / "ca.pem")
