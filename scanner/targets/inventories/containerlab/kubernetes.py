"""Kubernetes objects that hold a topology: clabernetes runs its nodes as pods, so no address in the topology is theirs.

Such an object is told for what it is and not read: at a node's `mgmt-ipv4` another box may answer.
"""

import re

from fingerprints.model.errors import DataFileError
from scanner.targets.inventories.content import FileContent, TextSyntax

_API = re.compile(r"""^\s{0,8}["']?apiVersion["']?\s*:\s*["']?(?P<api>[\w./-]{1,100})""", re.MULTILINE)
_KIND = re.compile(r"""^["'\s]{0,8}kind["']?\s*:\s*["']?(?P<kind>[A-Z]\w{0,60})""", re.MULTILINE)
_HOLDS = re.compile(r"clabernetes|c9s\.run|containerlab|^\s{0,40}topology\s*:|\.clab\.ya?ml", re.MULTILINE)

MAX_KINDS = 4
"""Kinds of objects that an error names."""


def is_kubernetes(content: FileContent) -> bool:
    """True for one or several Kubernetes objects, one of which is clabernetes' or holds a topology."""
    if content.syntax not in (TextSyntax.YAML, TextSyntax.JSON):
        return False
    return bool(_API.search(content.text) and _KIND.search(content.text) and _HOLDS.search(content.text))


def refusal(content: FileContent) -> DataFileError:
    """The error that says which objects they are, and how to name the nodes instead."""
    kinds = tuple(dict.fromkeys(match["kind"] for match in _KIND.finditer(content.text)))
    shown = ", ".join(kinds[:MAX_KINDS])
    problem = f"is Kubernetes' ({shown}): its nodes run as pods, which have none of the topology's addresses"
    expected = "a list of the addresses that the cluster gives them (kubectl get services --output wide)"
    return content.refused("whole file", problem, expected)
