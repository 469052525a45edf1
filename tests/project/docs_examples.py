"""Command lines of kitscan that stand in examples: in shell blocks, in jobs of CI systems, in playbooks."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from tests.project.docs_steps import FENCE

SHELLS = ("sh", "console", "cron")


def blocks(text: str, *kinds: str) -> list[str]:
    """The bodies of a page's blocks of these kinds."""
    return [block["body"] for block in FENCE.finditer(text) if block["kind"] in kinds]


def command_lines(text: str) -> Iterator[str]:
    """Every line of a page's examples that runs kitscan, from `kitscan` on."""
    texts = [line for body in blocks(text, *SHELLS) for line in body.replace("\\\n", "").splitlines()]
    texts += [word for body in blocks(text, "yaml") for word in words_of(yaml.safe_load(body))]
    for line in texts:
        for part in re.split(r" && |; ", line):
            found = re.search(r"(?:^|[\s/'\"])(?:kitscan|\{\{ kitscan \}\})(?= +[a-z-])(?P<rest>.*)", part)
            if found:
                yield " ".join(f"kitscan{found['rest']}".split("  #")[0].strip(" '\"").split())


def words_of(value: Any) -> Iterator[str]:
    """Every text in a value that was read from YAML."""
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from words_of(inner)
        case list():
            for inner in value:
                yield from words_of(inner)
