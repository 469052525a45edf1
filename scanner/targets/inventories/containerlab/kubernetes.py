"""Kubernetes objects that hold a topology: clabernetes runs its nodes as pods, so no address in the topology is theirs.

Such an object is told for what it is and not read: at a node's `mgmt-ipv4` another box may answer.
"""

import re
from collections.abc import Iterator

from fingerprints.model.errors import DataFileError
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.kept_values import nested, text_of_value

_API = re.compile(r"^apiVersion\s*:", re.MULTILINE)
_KIND = re.compile(r"""^kind\s*:\s*["']?(?P<kind>\w{1,60})""", re.MULTILINE)
_HOLDS = re.compile(r"clabernetes|c9s\.run|containerlab|^\s{0,40}topology\s*:|\.clab\.ya?ml", re.MULTILINE)

MAX_KINDS = 4
"""Kinds of objects that an error names."""


def is_kubernetes(content: FileContent) -> bool:
    """True for one or several Kubernetes objects, one of which is clabernetes' or holds a topology."""
    if content.syntax not in (TextSyntax.YAML, TextSyntax.JSON):
        return False
    return bool(any(_kinds(content)) and _HOLDS.search(content.text))


def refusal(content: FileContent) -> DataFileError:
    """The error that says which objects they are, and how to name the nodes instead."""
    shown = ", ".join(list(dict.fromkeys(_kinds(content)))[:MAX_KINDS])
    problem = f"is Kubernetes' ({shown}): its nodes run as pods, which have none of the topology's addresses"
    expected = "a list of the addresses that the cluster gives them (kubectl get services --output wide)"
    return content.refused("whole file", problem, expected)


def _kinds(content: FileContent) -> Iterator[str]:
    """The kinds of the objects. Several documents in one file are no tree."""
    if content.problem is None:
        tree = nested(content.tree)
        if "apiVersion" in tree and "topology" not in tree:
            yield text_of_value(tree.get("kind"))
    elif _API.search(content.text):
        yield from (match["kind"] for match in _KIND.finditer(content.text))
