"""Several addresses, one device: what joins evidence, and what keeps it apart."""

from collections.abc import Iterator

from fingerprints.correlate import correlate, device_id
from fingerprints.evidence import Evidence, Observation, Source, Subject, kept
from fingerprints.said import said_by
from tests.unit.boxes import capture, entity, introduced, live, ports

HOST_KEY = (Observation(Source.SSH_HOST_KEY, "22/tcp", "ssh-ed25519 SHA256:2kTq0Zb1Yc"),)
ENGINE = introduced(engine_id="800007db0300e0fc102001")


def name(text: str) -> tuple[Observation, ...]:
    return (Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", text),)


def own(*addresses: str) -> tuple[Observation, ...]:
    return tuple(Observation(Source.SNMP_IP_ADDRESS, f"1.3.6.1.2.1.4.20.1.2.{address}", "1") for address in addresses)


def grouped(*evidence: Evidence) -> list[tuple[str, ...]]:
    return [tuple(one.subject.key for one in device) for device in correlate(evidence)]


def test_two_addresses_with_one_host_key_are_one_device() -> None:
    assert grouped(live("192.0.2.1", HOST_KEY), live("192.0.2.2"), live("192.0.2.3", HOST_KEY)) == [
        ("192.0.2.1", "192.0.2.3"),
        ("192.0.2.2",),
    ]


def test_saved_captures_are_never_merged() -> None:
    one, other = capture(HOST_KEY, ENGINE, label="a")[0], capture(HOST_KEY, ENGINE, label="b")[0]
    assert grouped(one, other) == [("a",), ("b",)]


def test_saved_captures_are_handed_on_before_the_next_is_read() -> None:
    read: list[str] = []

    def captures() -> Iterator[Evidence]:
        for label in ("a", "b"):
            read.append(label)
            yield from capture(ENGINE, label=label)

    devices = correlate(captures())
    next(devices)
    assert read == ["a"]


def test_a_cloned_engine_id_does_not_join_chassis_with_different_serials() -> None:
    one = live("192.0.2.1", ENGINE, entity(1, kind="3", serial="FCW1234A0BC"))
    other = live("192.0.2.2", ENGINE, entity(1, kind="3", serial="FCW1234A0BD"))
    assert grouped(one, other) == [("192.0.2.1",), ("192.0.2.2",)]


def test_a_chassis_and_its_logical_systems_stay_apart() -> None:
    one, other = live("192.0.2.1", ENGINE, name("pe-1")), live("192.0.2.2", ENGINE, name("pe-1-lsys-a"))
    assert grouped(one, other) == [("192.0.2.1",), ("192.0.2.2",)]


def test_an_engine_id_whose_mac_was_never_filled_in_joins_nothing() -> None:
    blank = introduced(engine_id="80000f3e03000000000000")
    assert grouped(live("192.0.2.1", blank), live("192.0.2.2", blank)) == [("192.0.2.1",), ("192.0.2.2",)]


def test_a_key_that_too_many_names_share_is_demoted() -> None:
    named = [live(f"192.0.2.{number}", HOST_KEY, name(f"sw-{number}")) for number in range(1, 6)]
    nameless = live("192.0.2.9", HOST_KEY)
    assert grouped(*named, nameless) == [(one.subject.key,) for one in (*named, nameless)]


def test_a_router_with_many_addresses_is_one_device() -> None:
    evidence = [live(f"192.0.2.{number}", ENGINE, name("core-1")) for number in range(1, 41)]
    assert grouped(*evidence) == [tuple(one.subject.key for one in evidence)]


def test_the_same_ports_are_the_same_box() -> None:
    macs = ports("00:1b:54:10:20:01", "00:1b:54:10:20:02", "00:1b:54:10:20:03")
    assert grouped(live("192.0.2.1", macs), live("192.0.2.2", macs)) == [("192.0.2.1", "192.0.2.2")]


def test_each_others_address_and_the_same_name_make_one_device() -> None:
    one = live("192.0.2.1", name("core-1"), own("192.0.2.1", "192.0.2.2"))
    other = live("192.0.2.2", name("core-1"), own("192.0.2.1", "192.0.2.2"))
    stranger = live("192.0.2.3", name("core-1"), own("192.0.2.1", "192.0.2.3"))
    assert grouped(one, other, stranger) == [("192.0.2.1", "192.0.2.2"), ("192.0.2.3",)]


def test_an_id_follows_the_strongest_key_and_not_the_address() -> None:
    serial = entity(1, kind="3", serial="FCW1234A0BC")
    first, later = live("192.0.2.1", serial, HOST_KEY), live("198.51.100.7", serial)
    assert device_id((first,), said_by((first,))) == device_id((later,), said_by((later,)))


def test_a_captures_id_is_that_of_its_label() -> None:
    one, same, other = capture(label="a"), capture(HOST_KEY, label="a"), capture(HOST_KEY, label="b")
    ids = [device_id(evidence, said_by(evidence)) for evidence in (one, same, other)]
    assert (ids[0] == ids[1], ids[1] == ids[2]) == (True, False)


def test_a_blank_serial_number_joins_nothing() -> None:
    blank = entity(1, kind="3", serial=kept("0000000000"))
    assert grouped(live("192.0.2.1", blank), live("192.0.2.2", blank)) == [("192.0.2.1",), ("192.0.2.2",)]


def spaced(key: str, namespace: str, *said: Observation) -> Evidence:
    subject = Subject(key, key.partition(":")[0], (), (("namespace", namespace),))
    return Evidence(subject, said)


def test_addresses_that_each_lists_of_the_other_join_only_in_one_namespace() -> None:
    said = (*name("r1"), *own("192.0.2.1", "192.0.2.2"))
    blue, red = spaced("192.0.2.1:1161", "blue", *said), spaced("192.0.2.2:1162", "red", *said)
    assert grouped(blue, red) == [("192.0.2.1:1161",), ("192.0.2.2:1162",)]
    assert grouped(blue, spaced("192.0.2.2:1162", "blue", *said)) == [("192.0.2.1:1161", "192.0.2.2:1162")]


def test_one_address_in_two_namespaces_is_two_devices_of_different_ids() -> None:
    ids = {device_id((spaced("192.0.2.1", space),), said_by(())) for space in ("blue", "red")}
    assert len(ids) == 2
