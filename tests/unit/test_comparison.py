"""Two documents compared: what is new, gone and changed."""

from dataclasses import replace

from fingerprints.model.evidence import GapReason
from reports.document.answers.comparison import ChangedDevice, GoneDevice, Property, PropertyChange, compare
from reports.document.document import Document, NotAssessed, ReportedDevice
from reports.policy.verdict import Verdict
from tests.unit import documents

WHOLE = documents.network()
FIRST, SECOND, *REST = WHOLE.devices


def with_devices(*devices: ReportedDevice, missing: tuple[NotAssessed, ...] = ()) -> Document:
    return replace(WHOLE, devices=devices, not_assessed=missing)


def test_a_document_compared_with_itself_has_no_difference() -> None:
    compared = compare(WHOLE, WHOLE)
    assert (compared.new, compared.gone, compared.changed, compared.same) == ((), (), (), len(WHOLE.devices))


def test_a_device_of_the_later_document_alone_is_new() -> None:
    assert compare(with_devices(FIRST), with_devices(FIRST, SECOND)).new == (SECOND,)


def test_a_device_that_is_gone_keeps_its_last_verdict_and_says_why_it_was_not_assessed() -> None:
    missing = NotAssessed(FIRST.device.addresses[0], GapReason.NO_ANSWER)
    compared = compare(with_devices(FIRST, SECOND), with_devices(missing=(missing,)))
    assert set(compared.gone) == {GoneDevice(FIRST, missing), GoneDevice(SECOND, None)}


def test_each_property_that_changed_is_named_with_both_values() -> None:
    identity = replace(FIRST.device.identity, version="V9", model="NE9000")
    now = replace(FIRST, device=replace(FIRST.device, identity=identity, components=()), findings=())
    now = replace(now, verdict=Verdict.REVIEW)
    (changed,) = compare(with_devices(FIRST), with_devices(now)).changed
    assert changed == ChangedDevice(
        now,
        (
            PropertyChange(Property.VERDICT, "Restricted", "Review"),
            PropertyChange(Property.MODEL, "NE40E-X8A", "NE9000"),
            PropertyChange(Property.VERSION, "V800R021C10SPC600", "V9"),
            PropertyChange(
                Property.FINDINGS,
                "Restricted by gb-bt-policy-2018/fixed-core; Restricted by us-889a/telecom; "
                "Review by jp-procurement-2018/consult",
                "",
            ),
            PropertyChange(
                Property.PARTS,
                "card slot 1 CR5D00E1NC76 210305C4D5E6; chassis 0 NE40E-X8A 210235A1B2C3; "
                "optic 1/0/1 FTLX1471D3BCL UYK0A12",
                "",
            ),
        ),
    )


def test_runs_that_were_asked_different_targets_say_so() -> None:
    assert compare(WHOLE, WHOLE).same_scope is None
