"""The second round of a scan asks for the makers of optics and modems, and what the agent answers is a watched part."""

import pytest

from fingerprints.identity.components import list_parts
from fingerprints.model.evidence import Evidence, Observation, Subject
from fingerprints.model.observation_index import index_observations
from fingerprints.sources import registry
from fingerprints.sources.bridge_mib import VlanContexts
from scanner.protocols.snmp.message.ber import Oid, oid_of
from scanner.protocols.snmp.probe import SnmpProbe
from scanner.rate_limit.profiles import PROFILES
from scanner.targets.target import Target
from tests.agents.snmp_scripted import Book, agent, community, speaking
from tests.unit.boxes import shipped

TREE = "1.3.6.1.4.1"
NO_VLANS = VlanContexts(f"{TREE}.99999", f"{TREE}.99999.46.1.2", most=1)


@pytest.mark.parametrize(
    ("product", "maker", "words", "kind"),
    [
        ("12356.101.1.441", "12356.101.19.1.1.3.1", "Quectel", "modem"),
        ("48690", "48690.2.2.1.5.1", "Quectel", "modem"),
        ("25049.1.92", "25049.17.17.1.2.1", "Fibocom", "modem"),
        ("2007.1.1.70", "2007.4.1.2.2.2.18.1.1.2.1.6", "Quectel", "modem"),
        ("14988.1", "14988.1.1.13.3.0", "Huawei", "modem"),
        ("248.11.2.1", "248.11.125.1.4.2.1.0", "Quectel", "modem"),
        ("2636.1.1.1.2.41", "2636.3.87.1.2.1.1.11.1", "Huawei", "modem"),
        ("41112.1.5", "41112.1.5.7.2.1.4.25", "HUAWEI", "optic"),
        ("171.10.76.28.1", "171.10.76.28.1.104.1.1.5.25", "HUAWEI", "optic"),
        ("259.10.1.24.101", "259.10.1.24.1.2.10.1.7.25", "ZTE", "optic"),
        ("1991.1.3.51.2", "1991.1.1.3.3.9.1.2.25", "HUAWEI", "optic"),
    ],
)
async def test_a_scan_asks_for_the_column_that_names_the_maker(product: str, maker: str, words: str, kind: str) -> None:
    rows: dict[Oid, str] = {
        oid_of("1.3.6.1.2.1.1.1.0"): "Example box",
        oid_of("1.3.6.1.2.1.1.2.0"): f"{TREE}.{product}",
        oid_of(f"{TREE}.{maker}"): words,
    }
    async with agent(speaking(rows)) as device:
        wanted = registry.wanted_objects(shipped())
        probe = SnmpProbe(Book((community(),)), PROFILES["lab"], wanted, (NO_VLANS,))
        try:
            items = [item async for answers in probe.observe(Target(device.host, device.port)) for item in answers]
        finally:
            probe.close()
    observations = tuple(item for item in items if isinstance(item, Observation))
    index = index_observations((Evidence(Subject("box", device.host), observations),))
    (part,) = list_parts(index, shipped()).kept
    assert (part.kind, len(part.watched)) == (kind, 1)
