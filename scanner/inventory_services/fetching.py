"""Chooses who asks which service, for `read_targets`."""

from functools import partial
from pathlib import Path

from scanner.credentials.references import Prompt
from scanner.targets.entry import InventoryContent
from scanner.targets.lists import ANSIBLE_PROGRAM, Fetch, Service


def fetching(prompt: Prompt | None = None, *, with_prefixes: bool = False) -> Fetch:
    """The Fetch that asks for real. Without `prompt` nobody is asked for a token. `with_prefixes` also asks for the
    networks that the server documents."""
    return partial(_fetch, prompt or _nobody, with_prefixes)


def _fetch(prompt: Prompt, with_prefixes: bool, service: Service, folder: Path) -> InventoryContent:
    if service.kind == ANSIBLE_PROGRAM:
        from scanner.inventory_services.ansible_program import list_by_program

        return list_by_program(service.place, folder)
    from scanner.inventory_services.netbox_server import ask_server

    return ask_server(service, folder, prompt, with_prefixes=with_prefixes)


def _nobody(_words: str) -> str:
    raise EOFError
