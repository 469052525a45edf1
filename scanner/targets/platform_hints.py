"""Which platform to try first on a target, by what the lists say it was meant to be."""

from scanner.targets.inventories.containerlab.kinds import platform_of_kind
from scanner.targets.inventories.containerlab.node_entry import CLAB_KIND
from scanner.targets.spans import Targets


def platform_hints(targets: Targets) -> dict[str, str]:
    """Names of platforms by the key of a target, for nodes of a lab whose kind has one. A hint orders what is asked; a
    device proves its platform itself."""
    hints: dict[str, str] = {}
    for span in targets.spans:
        kinds = [value for name, value in span.attributes if name == CLAB_KIND]
        platform = platform_of_kind(kinds[0]) if len(kinds) == 1 and not span.prefix else ""
        if platform:
            hints.update((target.key, platform) for target in span)
    return hints
