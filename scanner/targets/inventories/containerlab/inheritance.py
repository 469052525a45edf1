"""What a node of a topology inherits: defaults, then its kind, then its group, then its own; the nearest wins.

Where kind and group come from is a rule of its own (containerlab's types/topology.go): the kind from the node, the
node's group, the defaults' group, the defaults; the group from the node, its kind, the defaults. An empty value counts
as none. Labels and environment files of all levels add up.
"""

from dataclasses import dataclass
from typing import Any

from scanner.targets.inventories.containerlab.variables import unmarked
from scanner.targets.inventories.kept_values import items_of, nested, text_of_value


@dataclass(frozen=True, slots=True)
class Inherited:
    """The settings that hold for one node: `levels` are those that it has, the weakest first; `kind` and `group` are as
    written, with marks of variables."""

    kind: str
    group: str
    levels: tuple[dict[str, Any], ...]

    def setting(self, key: str) -> str:
        """The nearest value that is not empty."""
        values = (text_of_value(level.get(key)) for level in reversed(self.levels))
        return next(filter(None, values), "")

    def mapping(self, key: str) -> dict[str, Any]:
        """The mappings of all levels as one; the nearest value of each key wins."""
        together: dict[str, Any] = {}
        for level in self.levels:
            together.update(nested(level.get(key)))
        return together

    def listed(self, key: str) -> tuple[str, ...]:
        """The words of all levels, the weakest first, each once."""
        words = (unmarked(text_of_value(word)) for level in self.levels for word in items_of(level.get(key)))
        return tuple(dict.fromkeys(filter(None, words)))


def inherited(topology: dict[str, Any], node: dict[str, Any]) -> Inherited:
    """What a node of this topology has in all."""
    defaults = nested(topology.get("defaults"))
    groups, kinds = nested(topology.get("groups")), nested(topology.get("kinds"))
    kind = next(
        filter(
            None,
            (
                text_of_value(node.get("kind")),
                _of_template(groups, node.get("group"), "kind"),
                _of_template(groups, defaults.get("group"), "kind"),
                text_of_value(defaults.get("kind")),
            ),
        ),
        "",
    )
    group = text_of_value(node.get("group")) or _of_template(kinds, kind, "group")
    group = group or text_of_value(defaults.get("group"))
    levels = (defaults, nested(kinds.get(unmarked(kind))), nested(groups.get(unmarked(group))), node)
    return Inherited(kind, group, levels)


def _of_template(templates: dict[str, Any], name: Any, key: str) -> str:
    return text_of_value(nested(templates.get(unmarked(text_of_value(name)))).get(key))
