"""Which device of a night is which of an earlier one: by its match keys, whatever it is called and wherever it is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.changes.lasting import assign_lasting
from reports.changes.same_box import is_same_box
from reports.changes.state.device_state import DeviceState
from reports.changes.state.event import EventKind
from reports.changes.state.run_state import MissingState, RunState
from tests.unit.device_states import box, kinds, night, told

EVENTS_OF_THE_SAME = {EventKind.RENAMED, EventKind.READDRESSED}


def lasting_ids(state: RunState) -> dict[str, str]:
    return {device.id: device.lasting_id for device in state.devices}


def second_night(before: DeviceState, after: DeviceState) -> str:
    """The lasting id that a device has after a device of before."""
    (device,) = assign_lasting(night(2, after), assign_lasting(night(1, before), None)).devices
    return device.lasting_id


def test_a_device_that_is_new_has_the_id_of_its_document() -> None:
    assert lasting_ids(assign_lasting(night(1, box(1), box(2)), None)) == {"id-1": "id-1", "id-2": "id-2"}


def test_a_shared_key_keeps_the_id_when_the_strongest_key_is_no_longer_read() -> None:
    after = replace(box(1), id="other", keys=box(1).keys[1:], addresses=("192.0.2.9",), name="other")
    assert second_night(box(1), after) == "id-1"


def test_the_id_is_kept_over_many_nights_of_changes() -> None:
    nights = (
        box(1),
        replace(box(1), id="b", name="renamed"),
        replace(box(1), id="c", keys=box(1).keys[1:], name="renamed", addresses=("192.0.2.8",)),
        replace(box(1), id="d", keys=(), name="renamed", addresses=("192.0.2.8",)),
        replace(box(1), id="e", keys=(), name="renamed", addresses=("192.0.2.7",)),
    )
    state = None
    for number, device in enumerate(nights, 1):
        state = assign_lasting(night(number, device), state)
        assert [known.lasting_id for known in state.devices] == ["id-1"]


def test_a_key_that_two_boxes_have_is_nobodys() -> None:
    shared = ("engine-id=8000",)
    before = night(1, replace(box(1), keys=shared), replace(box(2), keys=shared))
    after = night(
        2,
        replace(box(3), id="x", keys=shared, name="n", addresses=("192.0.2.50",)),
        replace(box(4), id="y", keys=shared, name="m", addresses=("192.0.2.51",)),
    )
    assert lasting_ids(assign_lasting(after, assign_lasting(before, None))) == {"x": "x", "y": "y"}


def test_a_replacement_with_the_configuration_of_the_box_before_is_another_box() -> None:
    after = replace(box(2), keys=(box(2).keys[0], box(1).keys[1]), addresses=box(1).addresses, name=box(1).name)
    assert second_night(box(1), after) == "id-2"


def test_a_box_without_keys_is_known_by_its_address_and_then_by_its_name() -> None:
    bare = replace(box(1), keys=(), serial="")
    assert second_night(bare, replace(bare, id="x", name="other")) == "id-1"
    assert second_night(bare, replace(bare, id="x", addresses=("192.0.2.9",))) == "id-1"
    assert second_night(bare, replace(bare, id="x", addresses=("192.0.2.9",), maker="Cisco")) == "x"


def test_a_capture_is_known_by_its_label() -> None:
    capture = replace(box(1), keys=(), addresses=(), labels=("pop-1/core.txt",), name="core")
    assert second_night(capture, replace(capture, id="x", name="other")) == "id-1"


def test_a_new_box_under_the_id_of_a_known_one_gets_its_own() -> None:
    known = replace(box(1), keys=("serial=SN000001A",))
    renumbered = replace(known, id="other", addresses=("192.0.2.9",), name="moved")
    stranger = replace(box(2), id="id-1", addresses=("192.0.2.1",), name="new")
    first = assign_lasting(night(1, known), None)
    ids = lasting_ids(assign_lasting(night(2, renumbered, stranger), first))
    assert ids["other"] == "id-1"
    assert ids["id-1"] not in ("id-1", "")


@pytest.mark.parametrize(
    ("keys", "others", "same"),
    [
        (("serial=A", "host-key=x"), ("serial=A", "host-key=y"), True),
        (("serial=A", "host-key=x"), ("serial=B", "host-key=x"), False),
        (("serial=A", "serial=B"), ("serial=B", "serial=C"), True),
        (("mac=a", "engine-id=x"), ("mac=b", "engine-id=x"), False),
        (("host-key=x", "engine-id=1"), ("host-key=x", "engine-id=2"), True),
        (("host-key=x",), ("host-key=y",), False),
        (("engine-id=1",), ("engine-id=2",), False),
        (("certificate=1",), ("certificate=2",), None),
        (("macs=a b 4",), ("macs=a c 5",), True),
        (("macs=a b 4",), ("macs=d e 4",), None),
        (("serial=A",), ("host-key=x",), None),
        ((), (), None),
    ],
)
def test_hardware_keys_decide_before_those_of_the_configuration(
    keys: tuple[str, ...], others: tuple[str, ...], same: bool | None
) -> None:
    assert is_same_box(keys, others) is same
    assert is_same_box(others, keys) is same


numbers = st.lists(st.integers(1, 200), min_size=1, max_size=8, unique=True)


@given(numbers, st.data())
def test_no_order_name_or_address_makes_a_new_device(ids: list[int], data: st.DataObject) -> None:
    before = [box(number) for number in ids]
    addresses = data.draw(st.permutations([device.addresses for device in before]))
    names = data.draw(st.permutations([f"name-{number}" for number in ids]))
    later = [replace(device, addresses=addresses[at], name=names[at]) for at, device in enumerate(before)]
    shuffled = data.draw(st.permutations(later))
    state = assign_lasting(night(2, *shuffled), assign_lasting(night(1, *before), None))
    assert lasting_ids(state) == {device.id: device.id for device in before}
    (events,) = told(night(1, *before), night(2, *shuffled))
    assert set(kinds(events)) <= EVENTS_OF_THE_SAME
    assert state == assign_lasting(
        night(2, *later), assign_lasting(night(1, *data.draw(st.permutations(before))), None)
    )


keys = st.lists(
    st.builds(
        "{}={}".format,
        st.sampled_from(("serial", "certificate", "host-key", "engine-id", "mac", "macs")),
        st.sampled_from("abc"),
    ),
    max_size=4,
    unique=True,
).map(tuple)
devices = st.lists(st.tuples(keys, st.integers(1, 4), st.integers(1, 4)), max_size=5)


@given(devices, devices)
def test_two_boxes_are_never_one_and_no_two_devices_have_one_id(
    first: list[tuple[tuple[str, ...], int, int]], second: list[tuple[tuple[str, ...], int, int]]
) -> None:
    def of(drawn: list[tuple[tuple[str, ...], int, int]]) -> list[DeviceState]:
        return [
            replace(box(at), keys=kept, addresses=(f"192.0.2.{address}",), name=f"name-{name}")
            for at, (kept, address, name) in enumerate(drawn, 1)
        ]

    before = assign_lasting(night(1, *of(first)), None)
    after = assign_lasting(night(2, *of(second)), before)
    known = {device.lasting_id: device for device in before.devices}
    assert len({device.lasting_id for device in after.devices}) == len(after.devices)
    for device in after.devices:
        if device.lasting_id in known:
            assert is_same_box(known[device.lasting_id].keys, device.keys) is not False
    kept = {device.lasting_id for device in after.devices} | {item.device.lasting_id for item in after.known}
    assert known.keys() <= kept


def test_a_device_of_one_site_is_none_of_another_whatever_it_says() -> None:
    of_london = replace(box(1), fleet_site="LON")
    of_manchester = replace(box(1), id="other", fleet_site="MAN")  # the same serial number, address and name
    (events,) = told(night(1, of_london), night(2, of_manchester, ranges=("LON/192.0.2.0/24", "MAN/192.0.2.0/24")))
    assert [(event.kind, event.device.fleet_site) for event in events] == [
        (EventKind.GONE, "LON"),
        (EventKind.NEW, "MAN"),
    ]


def test_a_device_that_a_range_of_its_site_no_longer_answers_for_is_gone_and_not_unasked() -> None:
    nights = (night(1, replace(box(1), fleet_site="LON")), night(2, ranges=("LON/192.0.2.0/24",)))
    assert kinds(told(*nights)[0]) == [EventKind.GONE]


def test_a_target_of_another_site_says_nothing_of_a_device_at_its_address() -> None:
    refused = MissingState("core-1", "refused", "192.0.2.1", "MAN")
    nights = (night(1, replace(box(1), fleet_site="LON")), night(2, missing=(refused,), ranges=("LON/192.0.2.0/24",)))
    ((event,),) = told(*nights)
    assert (event.kind, event.after) == (EventKind.GONE, "")
