"""`kitscan targets push`: writes verdict, maker and a wrong serial number into custom fields of NetBox."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import judging_options, report_request_of, store_of

if TYPE_CHECKING:
    from reports.document.document import Document
    from scanner.cli.options import ReportRequest
    from scanner.config import Config
    from scanner.inventory_services.netbox_changes import DeviceChange, NetBoxPlan
    from scanner.stop_signals import StopSignals


@click.command("push")
@click.argument("service", metavar="netbox:URL")
@click.option("--run", type=int, help="The run to judge.  [the latest]")
@judging_options
@click.option("--yes", is_flag=True, help="Write it. Without this, only print what would change.")
@click.pass_obj
def push(stop: "StopSignals", /, service: str, run: int | None, yes: bool, **given: Any) -> None:
    """Print which custom fields of NetBox's devices the report changes; with --yes, write them.

    The fields are kitscan_verdict, kitscan_maker and kitscan_serial_mismatch. No other field is touched, and a second
    run changes nothing. It writes to the inventory, and never to a device.
    """
    from fingerprints.model.errors import KitscanError
    from reports.document.sanitize import sanitize
    from scanner.cli.terminal.prompt import ask
    from scanner.config import read_config
    from scanner.inventory_services.netbox_changes import plan_changes
    from scanner.inventory_services.netbox_writer import NetBoxInventory
    from scanner.targets.lists import service_of

    named = service_of(service)
    if named is None:
        raise KitscanError("this names no NetBox (not shown: it may hold a token)", "write netbox:https://HOST")
    request, config = report_request_of(given), read_config(Path())
    inventory = NetBoxInventory(named, Path(), stop.asking(ask))
    document = _judged(request, config, run)
    if not document.header.binding:
        raise KitscanError(
            "nobody chose the policies, so no verdict of this report binds anybody",
            "run kitscan policy choose, or name them with --policy",
        )
    plan = plan_changes(document, inventory.devices())
    _check_fields(plan)
    for device in plan.ambiguous:
        click.echo(sanitize(f"{device.name} (id {device.number}): not clear which device it is", 200), err=True)
    for change in () if yes else plan.changes:
        _print_change(change)
    if yes:
        inventory.write(plan.changes, _print_change)
    click.echo(_summary(plan, yes))


def _judged(request: "ReportRequest", config: "Config", run: int | None) -> "Document":
    from scanner.cli.assessment.reporting import assessment_options_of, document_of, run_named
    from scanner.store.store import open_store

    with open_store(store_of(request, config)) as store:
        stored = run_named(store, run)
        options = assessment_options_of(request, config, stored.started.date())
        return document_of(store, stored, options, request.jobs)


def _check_fields(plan: "NetBoxPlan") -> None:
    """Raises KitscanError for fields that NetBox does not have, with how to create them."""
    from fingerprints.model.errors import KitscanError
    from scanner.inventory_services.netbox_changes import FIELDS

    if plan.missing:
        wanted = ", ".join(f"{name} (type {FIELDS[name]})" for name in plan.missing)
        raise KitscanError(
            f"NetBox has no custom field {', '.join(plan.missing)} for its devices",
            f"create in NetBox, under Customization, Custom Fields, for the object type DCIM > device: {wanted}",
        )


def _print_change(change: "DeviceChange") -> None:
    from reports.document.sanitize import sanitize

    device = change.device
    items = "; ".join(f"{item.field}: {_shown(item.old)} -> {_shown(item.new)}" for item in change.changes)
    click.echo(sanitize(f"{device.name or 'unnamed'} (id {device.number}): {items}", 600))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "empty" if value is None or value == "" else str(value)


def _summary(plan: "NetBoxPlan", written: bool) -> str:
    counts = (
        f"{len(plan.changes):,} {'changed' if written else 'to change'}, {plan.same:,} as they should be, "
        f"{plan.unmatched:,} not of this report, {len(plan.ambiguous):,} not clear."
    )
    return counts if written or not plan.changes else f"{counts} Nothing was written; --yes writes it."
