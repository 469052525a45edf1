"""Records that ntc-templates reads from command output, for the platforms and commands for which it has templates.

A template raises an error at the first line that it does not know. Here it skips such lines, because new releases add
lines. The only importer of ntc_templates and of textfsm, its engine.
"""

import threading
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from io import StringIO
from typing import IO, Any

MAX_ROWS = 4_000
"""Rows of one text: of 65,536 characters each has 16 at least."""

MAX_MACHINES = 128
"""Templates whose machines are kept."""

_LOCK = threading.Lock()
"""Held while machines read: each is in one state at a time."""

Record = Mapping[str, str]


def records(platform: str, command: str, text: str) -> Sequence[Record]:
    """The rows of a command's output, with field names in lower case and only the first value of a list; empty if there
    is no template."""
    from ntc_templates.parse import _get_template_dir

    table = _table_kind()("index", _get_template_dir())
    try:
        with _LOCK:
            table.ParseCmd(text, {"Command": command, "Platform": platform})
    except Exception:  # noqa: BLE001 a decode boundary: templates raise whatever their engine does on foreign text
        return ()
    names = [name.lower() for name in table.header]
    rows = (dict(zip(names, map(_first, row), strict=True)) for row in table)
    return tuple(row for row, _ in zip(rows, range(MAX_ROWS), strict=False))


@cache
def _table_kind() -> type[Any]:
    """A table whose templates skip lines that they do not know."""
    from textfsm import clitable, texttable

    class Lenient(clitable.CliTable):  # type: ignore[misc]
        _keys: set[str]

        def _ParseCmdItem(self, cmd_input: str, template_file: IO[str]) -> Any:  # noqa: N802 textfsm's own name
            machine = _machine(_lenient(template_file.read()))
            if not self._keys:
                self._keys = set(machine.GetValuesByAttrib("Key"))
            table = texttable.TextTable()
            table.header = machine.header
            try:
                for record in machine.ParseText(cmd_input):
                    table.Append(record)
            finally:
                machine.Reset()
            return table

    return Lenient


@lru_cache(MAX_MACHINES)
def _machine(template: str) -> Any:
    """The machine of a template: its parts refer to each other, so that the collector of cycles alone can free it."""
    from textfsm import TextFSM

    return TextFSM(StringIO(template))


def _lenient(template: str) -> str:
    """A template without the rules that raise an error."""
    kept = (
        line for line in template.splitlines() if not line.rstrip().endswith("-> Error") and "-> Error " not in line
    )
    return "\n".join(kept) + "\n"


def _first(value: object) -> str:
    if isinstance(value, list):
        value = next((item for item in value if item), "")
    return str(value).strip()
