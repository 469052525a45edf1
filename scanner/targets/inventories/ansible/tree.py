"""Ansible's YAML inventory, and the JSON of `ansible-inventory --list`."""

from typing import Any

from fingerprints.model.errors import DataFileError
from fingerprints.model.secret_names import first_word
from scanner.targets.entry import InventoryContent
from scanner.targets.inventories.ansible.groups import MAX_DEPTH, HostGroups, content_of_groups
from scanner.targets.inventories.ansible.ini import MAX_HOSTS, TooManyHostsError, expand_ranges
from scanner.targets.inventories.ansible.variable_files import add_variable_files
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.kept_values import items_of, nested, text_of_value
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain, likely, near

GROUP_KEYS = frozenset(("hosts", "children", "vars"))


def recognise_tree(content: FileContent) -> Recognition:
    """A YAML inventory is a mapping of groups, each with hosts, children and vars."""
    if content.syntax is not TextSyntax.YAML or not isinstance(content.tree, dict) or not content.tree:
        return NOT_RECOGNISED
    tree = content.tree
    if isinstance(tree.get("plugin"), str):
        return likely("it is the configuration of an inventory plugin")
    groups = [nested(group) for group in tree.values()]
    if not all(group is None or isinstance(group, dict) for group in tree.values()):
        return NOT_RECOGNISED
    if not all(GROUP_KEYS.issuperset(group) for group in groups):
        return near("a group has keys besides hosts, children and vars") if "all" in tree else NOT_RECOGNISED
    if any(isinstance(group.get("hosts"), dict) or isinstance(group.get("children"), dict) for group in groups):
        return certain("its groups have hosts and children")
    return near("no group has hosts")


def recognise_list_output(content: FileContent) -> Recognition:
    """What `ansible-inventory --list` prints has `_meta` with `hostvars`, and lists of hosts."""
    if content.syntax is not TextSyntax.JSON or not isinstance(content.tree, dict):
        return NOT_RECOGNISED
    if isinstance(nested(content.tree.get("_meta")).get("hostvars"), dict):
        return certain("it has _meta.hostvars")
    listed = [nested(group) for group in content.tree.values()]
    if "all" in content.tree and any(isinstance(group.get("hosts"), list) for group in listed):
        return likely("its groups have lists of hosts")
    return NOT_RECOGNISED


def read_tree_inventory(content: FileContent) -> InventoryContent:
    """The hosts of a YAML inventory, with the variables of the files beside it. Raises DataFileError."""
    tree = content.mapping("a mapping of groups, each with hosts, children and vars")
    if isinstance(tree.get("plugin"), str):
        problem = f"is the configuration of the plugin {first_word(tree['plugin'])}, and lists no host"
        expected = f"the hosts that the plugin finds: --inventory ansible-inventory:{content.path}"
        raise content.refused("key plugin", problem, expected)
    read = HostGroups()
    for name, group in tree.items():
        _add_group(content, read, str(name), group, 0)
    add_variable_files(read, content.path)
    return content_of_groups(read)


def _add_group(content: FileContent, read: HostGroups, name: str, group: Any, depth: int) -> None:
    if group is not None and not isinstance(group, dict):
        raise content.refused(f"group {first_word(name)}", "is not a mapping", "hosts, children and vars")
    if depth > MAX_DEPTH:
        raise content.refused(f"group {first_word(name)}", "is nested too deep", f"at most {MAX_DEPTH} groups")
    body = nested(group)
    read.group(name).variables.update({str(key): value for key, value in nested(body.get("vars")).items()})
    for pattern, variables in nested(body.get("hosts")).items():
        own = {str(key): value for key, value in nested(variables).items()}
        try:
            for host in expand_ranges(str(pattern)):
                read.add_host(name, host, f"{name}.hosts.{host}", own)
        except TooManyHostsError as error:
            raise _too_many(content, name) from error
        if len(read.places) > MAX_HOSTS:
            raise _too_many(content, name)
    for child, inner in nested(body.get("children")).items():
        read.group(name).children[str(child)] = None
        _add_group(content, read, str(child), inner, depth + 1)


def _too_many(content: FileContent, group: str) -> DataFileError:
    return content.refused(f"group {first_word(group)}", f"more than {MAX_HOSTS:,} hosts", "fewer hosts")


def read_list_output(content: FileContent) -> InventoryContent:
    """The hosts in the output of `ansible-inventory --list`. Raises DataFileError."""
    tree = content.mapping("the output of ansible-inventory --list")
    read = HostGroups()
    variables = nested(nested(tree.get("_meta")).get("hostvars"))
    for name, group in tree.items():
        if name == "_meta":
            continue
        body = nested(group) or {"hosts": items_of(group)}
        read.group(str(name)).variables.update(nested(body.get("vars")))
        read.group(str(name)).children.update(dict.fromkeys(map(text_of_value, items_of(body.get("children")))))
        for host in filter(None, map(text_of_value, items_of(body.get("hosts")))):
            read.add_host(str(name), host, f"{name}.hosts.{host}", {})
    for host, values in variables.items():
        if host not in read.places:
            read.add_host("ungrouped", str(host), f"_meta.hostvars.{host}", {})
        read.variables[str(host)].update(nested(values))
    return content_of_groups(read)
