"""Asks NetBox for its devices, and writes to them what a plan says. Reading is by the session that can only GET."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fingerprints.model.errors import KitscanError
from scanner.credentials.references import Prompt
from scanner.inventory_services.netbox_changes import DeviceChange, NetBoxDevice, device_of_object
from scanner.inventory_services.netbox_server import DEVICES, ServerRequest, objects_of, parse_request, token_of
from scanner.inventory_services.writing_session import CustomFieldSession
from scanner.targets.lists import Service, shown_service

PATH = DEVICES[0]


class NetBoxInventory:
    """The devices of one NetBox that a word such as `netbox:https://netbox.example?site=ams` names."""

    def __init__(self, service: Service, folder: Path, prompt: Prompt) -> None:
        """Raises KitscanError for another service, a URL that names another list, and a token that is not there."""
        self._name = shown_service(service)
        if service.kind != "netbox":
            raise KitscanError(f"{self._name}: only NetBox is written to", "write netbox:https://HOST")
        request = parse_request(service, with_prefixes=False)
        if PATH not in request.lists:
            raise KitscanError(f"{self._name}: only devices are written to", "write netbox:https://HOST")
        self._service = service
        self._request: ServerRequest = replace(request, lists=(PATH,))
        self._token = token_of(service, request, folder, prompt)

    def devices(self) -> tuple[NetBoxDevice, ...]:
        """All devices that the filters of the word choose. Raises KitscanError."""
        found = map(device_of_object, objects_of(self._service, self._request, self._token))
        return tuple(device for device in found if device is not None)

    def write(self, changes: tuple[DeviceChange, ...], written: Callable[[DeviceChange], None]) -> None:
        """Write each change; `written` is told of each that the server holds. Raises KitscanError at the first that it
        does not take: those before it stay written, and a second run writes the others."""
        session = CustomFieldSession(self._request.base, self._token)
        try:
            for number, change in enumerate(changes):
                try:
                    session.write_fields(change.device.number, {item.field: item.new for item in change.changes})
                except KitscanError as error:
                    where = f"{self._name}: device {change.device.number}"
                    problem = f"{where}: {error.problem} ({number:,} of {len(changes):,} written)"
                    raise KitscanError(problem, error.next_step) from error
                written(change)
        finally:
            session.close()
