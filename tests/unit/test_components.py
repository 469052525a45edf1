"""The parts of a box, each with its own maker."""

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.components import list_parts
from fingerprints.identity.identify import identify
from fingerprints.model.device import Component, Party, WatchLevel
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import index_observations
from tests.unit.boxes import capture, entity, introduced, objects

CHASSIS = entity(1, kind="3", contained_in="0", maker="Cisco Systems", model="N9K-C9336C-FX2", serial="FDO23190ABC")


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def parts(database: FingerprintDatabase, *observations: tuple[Observation, ...]) -> tuple[Component, ...]:
    return list_parts(index_observations(capture(*observations)), database).kept


def test_the_chassis_itself_is_no_component(database: FingerprintDatabase) -> None:
    assert parts(database, CHASSIS) == ()


def test_an_optic_sold_by_one_and_made_by_another_is_the_others(database: FingerprintDatabase) -> None:
    optic = entity(
        9,
        kind="10",
        name="Ethernet1/1",
        descr="SFP-10GBase-LR",
        maker="CISCO-ACCELINK",
        model="SFP-10G-LR",
        serial="ACW1",
    )
    (part,) = parts(database, CHASSIS, optic)
    assert (part.kind, part.position, part.made_by and part.made_by.name.lower(), part.model) == (
        "optic",
        "Ethernet1/1",
        "accelink",
        "SFP-10G-LR",
    )


def test_a_watched_makers_optic_is_tied_to_it_and_the_chassis_is_not(database: FingerprintDatabase) -> None:
    evidence = capture(
        introduced("Cisco NX-OS(tm) n9000, Software (n9000-dk9), Version 9.3(5)", "1.3.6.1.4.1.9.12.3.1.3.1955"),
        CHASSIS,
        entity(
            9,
            kind="10",
            name="Ethernet1/9",
            descr="SFP-10GBase-SR",
            maker="HUAWEI",
            model="OMXD30000",
            serial="PQ80AB1234",
        ),
    )
    device = identify(evidence, database)
    (part,) = device.components
    assert (part.made_by, [tie.entity for tie in part.watched], device.watched) == (
        Party("huawei", "Huawei"),
        ["huawei"],
        (),
    )


def test_cards_power_supplies_and_fans_are_told_apart(database: FingerprintDatabase) -> None:
    rows = [entity(10 + int(kind), kind=kind, name=f"part {kind}", serial=f"SER{kind}00001") for kind in "679"]
    kinds = {part.position: part.kind for part in parts(database, CHASSIS, *rows)}
    assert kinds == {"part 6": "power-supply", "part 7": "fan", "part 9": "card"}


def test_places_and_sensors_are_no_parts(database: FingerprintDatabase) -> None:
    slot, sensor = (entity(20 + int(kind), kind=kind, name="x", model="SLOT-1") for kind in "58")
    assert parts(database, CHASSIS, slot, sensor) == ()


def test_several_chassis_are_members_of_a_stack(database: FingerprintDatabase) -> None:
    other = entity(2, kind="3", contained_in="0", name="Switch 2", model="N9K-C9336C-FX2", serial="FDO23190ABD")
    assert [(part.kind, part.serial) for part in parts(database, CHASSIS, other)] == [
        ("stack-member", "FDO23190ABC"),
        ("stack-member", "FDO23190ABD"),
    ]


def test_a_vendors_own_optics_table_joins_its_columns_by_instance(database: FingerprintDatabase) -> None:
    observations = objects(
        o1_3_6_1_4_1_2011_5_25_31_1_1_3_1_24_67108873="HISILICON",
        o1_3_6_1_4_1_2011_5_25_31_1_1_3_1_25_67108873="LTF8502-BC",
        o1_3_6_1_4_1_2011_5_25_31_1_1_3_1_4_67108873="PQ80AB1234",
    )
    (part,) = parts(database, observations)
    assert (part.kind, part.position, part.model, part.serial) == ("optic", "67108873", "LTF8502-BC", "PQ80AB1234")
    assert [tie.entity for tie in part.watched] == ["huawei"]


def test_a_makers_name_that_says_nothing_is_no_maker(database: FingerprintDatabase) -> None:
    (part,) = parts(database, CHASSIS, entity(9, kind="9", name="slot 1", maker="N/A", serial="ABC12345"))
    assert part.made_by is None


def test_a_neighbours_words_never_become_components(database: FingerprintDatabase) -> None:
    observations = (Observation(Source.SNMP_LLDP_REMOTE, "1.0.8802.1.1.2.1.4.1.1.10.0.1.1", "HUAWEI S5720"),)
    assert parts(database, CHASSIS, observations) == ()


def test_a_part_that_a_command_tells_of_too_keeps_the_maker_its_own_table_names(database: FingerprintDatabase) -> None:
    optic = entity(
        9, kind="9", name="Te1/1/1", descr="SFP-10GBase-LR", maker="HUAWEI", model="OSX010000", serial="LC1820H00457"
    )
    printed = 'NAME: "Te1/1/1", DESCR: "SFP-10GBase-LR"\nPID: OSX010000         , VID: V02  , SN: LC1820H00457\n'
    (part,) = parts(database, CHASSIS, optic, (Observation(Source.SSH_COMMAND, "show inventory", printed),))
    assert (part.made_by, part.position) == (Party("huawei", "Huawei"), "Te1/1/1")


def test_a_command_names_each_optic_with_its_own_maker(database: FingerprintDatabase) -> None:
    printed = "".join(
        f"Ethernet1/{number}\n    transceiver is present\n    type is 10Gbase-SR\n    name is {maker}\n"
        f"    part number is X\n    serial number is SN{number}00000\n"
        for number, maker in ((1, "CISCO-FINISAR"), (2, "HUAWEI"))
    )
    observations = (Observation(Source.SSH_COMMAND, "show interface transceiver", printed),)
    assert [
        (one.position, one.serial, [tie.entity for tie in one.watched]) for one in parts(database, observations)
    ] == [
        ("Ethernet1/1", "SN100000", []),
        ("Ethernet1/2", "SN200000", ["huawei"]),
    ]


def test_a_single_foreign_card_is_a_component_and_not_the_box(database: FingerprintDatabase) -> None:
    evidence = capture(
        introduced("Cisco NX-OS(tm) n9000, Software (n9000-dk9), Version 9.3(5)", "1.3.6.1.4.1.9.12.3.1.3.1955"),
        CHASSIS,
        entity(8, kind="9", name="slot 1", maker="Cisco Systems", serial="FDO23190ABE"),
        entity(9, kind="9", name="slot 2", serial="2102350DMR10J8000345"),
    )
    device = identify(evidence, database)
    tied = {part.position: [tie.entity for tie in part.watched] for part in device.components}
    assert (tied, device.watched) == ({"slot 1": [], "slot 2": ["huawei"]}, ())


def test_a_forged_chassis_number_over_boards_of_one_scheme_is_a_contradiction(database: FingerprintDatabase) -> None:
    evidence = capture(
        introduced("Cisco NX-OS(tm) n9000, Software (n9000-dk9), Version 9.3(5)", "1.3.6.1.4.1.9.12.3.1.3.1955"),
        CHASSIS,
        *(entity(row, kind="9", name=f"slot {row}", serial=f"2102350DMR10J800034{row}") for row in (7, 8, 9)),
    )
    assert [(tie.entity, tie.level) for tie in identify(evidence, database).watched] == [
        ("huawei", WatchLevel.CONFLICTING)
    ]


def test_rows_of_a_vendors_own_table_are_parts_with_their_makers(database: FingerprintDatabase) -> None:
    entry = "1.3.6.1.4.1.9.9.832.1.11.1.3.1.1"
    cells = {f"{entry}.7.3": "CISCO-ACCELINK", f"{entry}.10.3": "ACW12345678", f"{entry}.10.4": "0000"}
    table = tuple(Observation(Source.SNMP_OBJECT, oid, text) for oid, text in cells.items())
    found = [
        (part.kind, part.position, part.serial, part.made_by and part.made_by.id) for part in parts(database, table)
    ]
    assert found == [("optic", "3", "ACW12345678", "accelink")]


STACK = "1.3.6.1.4.1.9.2.11.1.3.1.1.22"
"""mrStackUnitSerialNumber, a column whose rows are the units of a stack."""


def test_a_stack_of_one_in_a_vendors_table_is_the_box_itself(database: FingerprintDatabase) -> None:
    assert parts(database, (Observation(Source.SNMP_OBJECT, f"{STACK}.1", "FOC1234X0AB"),)) == ()


def test_units_in_a_vendors_table_are_members_of_a_stack(database: FingerprintDatabase) -> None:
    units = {f"{STACK}.1": "FOC1234X0AB", f"{STACK}.2": "FOC1234X0AC"}
    found = parts(database, tuple(Observation(Source.SNMP_OBJECT, oid, text) for oid, text in units.items()))
    assert [(part.kind, part.serial) for part in found] == [
        ("stack-member", "FOC1234X0AB"),
        ("stack-member", "FOC1234X0AC"),
    ]


def test_what_a_table_tells_of_other_boxes_is_no_part(database: FingerprintDatabase) -> None:
    observations = (Observation(Source.SNMP_OBJECT, "1.3.6.1.4.1.2011.5.25.134.4.5.1.15.1.2", "48575443AB12CD34"),)
    assert parts(database, observations) == ()
