"""Neighbours in what commands print: every layout of our own, one layout with any values, and what is no neighbour."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.evidence import Observation, Source, kept
from fingerprints.model.neighbour import NeighbourProtocol
from fingerprints.model.neighbour_table import NeighbourRow
from fingerprints.sources.cli.neighbours.command_neighbours import command_rows, protocol_of
from tests.unit.neighbour_layouts import LAYOUTS, MAC, Expected, Layout


def rows(command: str, output: str) -> tuple[NeighbourRow, ...]:
    (found,) = command_rows([Observation(Source.SSH_COMMAND, command, kept(output))])
    return found


def told(found: Sequence[NeighbourRow]) -> tuple[Expected, ...]:
    return tuple((row.local_port, row.name, row.chassis_id, row.port) for row in found)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.platform}: {layout.command}")
def test_every_neighbour_of_a_layout_is_read(layout: Layout) -> None:
    assert told(rows(layout.command, layout.output)) == layout.rows


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.platform}: {layout.command}")
def test_a_layout_is_read_behind_the_echo_of_its_command_and_before_a_prompt(layout: Layout) -> None:
    output = f"box-1#{layout.command}\r\n" + layout.output.replace("\n", "\r\n") + "\r\nbox-1#"
    assert told(rows(layout.command, output)) == layout.rows


@pytest.mark.parametrize(
    ("platform", "command", "described"),
    [
        ("ios", "sh cdp nei det", ("cisco ISR4331/K9", "Cisco IOS Software", ("192.0.2.11", "192.0.2.12"))),
        ("junos", "", ("", "Juniper Networks, Inc. ex3400-24t", ("192.0.2.31",))),
        ("vrp", "display lldp neighbor", ("", "CentOS Linux 7 Linux 3.10.0-957", ("192.0.2.41",))),
        ("comware", "", ("", "H3C Comware Platform Software, Software Version 7.1.070 H3C S5560X", ("192.0.2.51",))),
        ("comware 3", "display ndp", ("5600", "V100R002B01D001", ())),
        ("lldpd", "lldpcli show neighbors", ("", "Debian GNU/Linux 12", ("192.0.2.111", "2001:db8::111"))),
        ("routeros", "", ("MikroTik", "MikroTik RouterOS 6.49.6 (stable)", ("192.0.2.101",))),
        ("saos", "", ("", "Ciena 3916 Service Delivery", ("192.0.2.141",))),
    ],
)
def test_a_neighbours_description_platform_and_addresses_are_read(
    platform: str, command: str, described: tuple[str, str, tuple[str, ...]]
) -> None:
    layout = next(one for one in LAYOUTS if one.platform == platform and command in (one.command, ""))
    first, *_ = rows(layout.command, layout.output)
    assert (first.platform, first.addresses) == (described[0], described[2])
    assert first.description.startswith(described[1])


def test_an_inventory_of_lldp_med_tells_the_maker_and_the_model() -> None:
    (row,) = rows(
        "show lldp neighbors detail",
        "Local Intf: Gi1/0/9\nChassis id: 192.0.2.9\nPort id: 001B17005301:P1\nSystem Name: SEP001B17005301\n\n"
        "System Description:\nIP Phone, V12\n\nTime remaining: 127 seconds\nManagement Addresses:\n    IP: 192.0.2.9\n"
        "MED Information:\n\n    Serial number: FCH00000000\n    Manufacturer: Acme Voice, Inc.\n    Model: AV-7\n"
        "    Capabilities: NP, PD, IN\n    Device type: Endpoint Class III\n",
    )
    assert (row.platform, row.description, row.port, row.addresses) == (
        "Acme Voice, Inc. AV-7",
        "IP Phone, V12",
        MAC,
        ("192.0.2.9",),
    )


@pytest.mark.parametrize(
    ("command", "protocol"),
    [
        ("show lldp neighbors detail", NeighbourProtocol.LLDP),
        ("dis lldp nei", NeighbourProtocol.LLDP),
        ("show lldp info remote-device", NeighbourProtocol.LLDP),
        ("lldp show neighbors", NeighbourProtocol.LLDP),
        ("lldpctl", NeighbourProtocol.LLDP),
        ("show cdp neighbors detail", NeighbourProtocol.CDP),
        ("show isdp entry all", NeighbourProtocol.CDP),
        ("show fdp neighbors", NeighbourProtocol.FDP),
        ("show edp ports all detail", NeighbourProtocol.EDP),
        ("display ndp", NeighbourProtocol.NDP),
        ("/ip neighbor print detail", NeighbourProtocol.MNDP),
        ("ip neighbor print", NeighbourProtocol.MNDP),
        ("display lldp local-information", None),
        ("show lldp statistics", None),
        ("show lldp config", None),
        ("lldpcli show chassis", None),
        ("show ipv6 ndp", None),
        ("ip neigh show", None),
        ("show ip bgp neighbors", None),
        ("show ip ospf neighbor", None),
        ("show version", None),
    ],
)
def test_commands_tell_the_protocol_whose_neighbours_they_list(
    command: str, protocol: NeighbourProtocol | None
) -> None:
    assert protocol_of(command) is protocol


@pytest.mark.parametrize(
    "output",
    [
        "",
        "% LLDP is not enabled\n",
        "GigabitEthernet0/0/1 has 0 neighbor(s):\n\nGigabitEthernet0/0/2 has 0 neighbor(s):\n",
        "Capability codes:\n    (R) Router, (B) Bridge\n\n"
        "Device ID           Local Intf     Hold-time  Capability      Port ID\n\nTotal entries displayed: 0\n",
        "Chassis ID : * -- -- Nearest nontpmr bridge neighbor\n             # -- -- Nearest customer bridge neighbor\n",
        "Local chassis:\n  Local System Name: me\n  Local Chassis ID: 001b-1700-5301\n  Local Port ID: Gi1\n",
        "Total number of LLDP neighbors on all ports: 0\n",
        "-------------------------\nDevice ID:\nEntry address(es):\nInterface: Gi0/1,  Port ID (outgoing port):\n",
    ],
)
def test_an_output_without_neighbours_has_none(output: str) -> None:
    assert rows("show lldp neighbors", output) == ()


def test_a_long_name_that_ends_like_a_port_below_that_column_is_a_name() -> None:
    written = _wrapped_table([("Gi1/0/1", "a", "", "Gi0/1"), ("Gi1/0/2", "a00000000-000000000", "", "Gi0/1")])
    assert told(rows("show lldp neighbors", written))[1][:2] == ("Gi1/0/2", "a00000000-000000000")


_PORTS = st.builds(
    "{}{}/{}".format, st.sampled_from(["Gi1/0", "Eth1", "xe-0/0", "swp", "1/1"]), *[st.integers(1, 99)] * 2
)
_NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}-[a-z0-9]{1,9}(\.[a-z]{2,8}){0,2}", fullmatch=True)
_MACS = st.binary(min_size=5, max_size=5).map(lambda octets: "00:" + octets.hex(":"))
_ROWS = st.lists(st.tuples(_PORTS, _NAMES, _MACS, _PORTS), min_size=1, max_size=4)


def _ios_detail(values: Sequence[Expected]) -> str:
    return "".join(
        f"{'-' * 48}\nLocal Intf: {local}\nChassis id: {_dotted(mac)}\nPort id: {port}\nPort Description: x\n"
        f"System Name: {name}\n\nSystem Description: \nSome System, Version 1.2\nCompiled: today\n\n"
        "Time remaining: 99 seconds\n"
        for local, name, mac, port in values
    )


def _vrp_detail(values: Sequence[Expected]) -> str:
    return "".join(
        f"{local} has 1 neighbor(s):\n\nNeighbor index :1\nChassis ID     :{mac}\nPort ID        :{port}\n"
        f"System name    :{name}\n"
        for local, name, mac, port in values
    )


def _repeated_fields(values: Sequence[Expected]) -> str:
    return "".join(
        f"Local Port : {local}\nChassisId  : {mac}\nPortId     : {port}\nSysName    : {name}\nSystem Descr : x\n"
        for local, name, mac, port in values
    )


def _table(values: Sequence[Expected]) -> str:
    head = f"{'Local Port':<14}{'Chassis ID':<20}{'Port ID':<12}{'System Name'}\n{'-' * 60}\n"
    return head + "".join(f"{local:<14}{mac:<20}{port:<12}{name}\n" for local, name, mac, port in values)


def _ruled_table(values: Sequence[Expected]) -> str:
    head = f"{'':<30}{'Remote':<20}\n{'SysName':<30}{'Chassis':<20}{'Local Intf':<12}{'Port ID':<12}\n"
    rule = f"{'-' * 28:<30}{'-' * 18:<20}{'-' * 10:<12}{'-' * 10}\n"
    return head + rule + "".join(f"{name:<29} {mac:<20}{local:<12}{port:<12}\n" for local, name, mac, port in values)


def _wrapped_table(values: Sequence[Expected]) -> str:
    """As IOS does: a name that is too long stands on a line of its own."""
    head = f"{'Device ID':<18}{'Local Intrfce':<18}{'Holdtme':<11}{'Chassis ID':<20}Port ID\n"
    return head + "".join(
        (f"{name:<18}" if len(name) < 17 else f"{name}\n{'':<18}") + f"{local:<18}{150:<11}{mac:<20}{port}\n"
        for local, name, mac, port in values
    )


def _dotted(mac: str) -> str:
    digits = mac.replace(":", "")
    return ".".join(digits[place : place + 4] for place in (0, 4, 8))


@pytest.mark.parametrize(
    "written",
    [_ios_detail, _vrp_detail, _repeated_fields, _table, _ruled_table, _wrapped_table],
    ids=lambda one: one.__name__,
)
@given(values=_ROWS)
def test_what_is_printed_is_read_and_no_value_gets_into_another_row(
    written: Callable[[Sequence[Expected]], str], values: list[Expected]
) -> None:
    assert told(rows("show lldp neighbors", written(values))) == tuple(values)


@given(st.text(max_size=400), st.sampled_from(LAYOUTS))
def test_any_text_is_read_without_an_error(text: str, layout: Layout) -> None:
    rows(layout.command, text)
    rows(layout.command, layout.output + text)
    rows(layout.command, text + layout.output[: len(text)] + layout.output)
