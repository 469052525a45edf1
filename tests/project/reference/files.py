"""The pages of the files that users write: each key with its type, its default and its meaning.

The keys, types and defaults are those of the pydantic models that read the files. The meaning of a key is the text that
stands below it in its model.
"""

import ast
import inspect
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError, PydanticUndefined

from reports.judgement.permits import _PermitsFile
from reports.judgement.waivers import _WaiversFile
from reports.placement.zone_file import ZonesFile
from reports.policy.support_file import SupportFile
from scanner.config import _ConfigFile
from scanner.credentials.file import CommunityEntry, LoginEntry, UserEntry
from tests.project.reference.markdown import cell, escaped

NONSENSE = "\0"
"""A text that every validator refuses: what it says then is what it expects."""


@dataclass(frozen=True, slots=True)
class Documented:
    """A file that users write: its heading, what is said of it, and the models at its top, each with a heading where
    the file is a list of entries of several kinds."""

    title: str
    opening: str
    tops: tuple[tuple[str, type[BaseModel]], ...]


@dataclass(frozen=True, slots=True)
class FilePage:
    """A page of docs/reference, and the files on it."""

    page: str
    title: str
    opening: str
    files: tuple[Documented, ...]


MADE = (
    "Made from the models that read {} by\n`python -m tests.project.reference`; a test fails where it is not current. "
)

FILES = (
    FilePage(
        "kitscan-yaml.md",
        "# Every key of kitscan.yaml",
        MADE.format("the file") + "Paths are relative to its folder.\n"
        "The command line has the same options, and they win over the file. `kitscan init` writes one with comments.",
        (Documented("", "", (("", _ConfigFile),)),),
    ),
    FilePage(
        "files.md",
        "# Every key of the other files",
        MADE.format("the files") + "The page named\nbelow each heading says what a file is for.",
        (
            Documented("zones.yaml", "Where devices stand: [zones](../zones.md).", (("", ZonesFile),)),
            Documented(
                "credentials.yaml",
                "Secrets by reference: [credentials](../credentials.md). The key `credentials` holds a list\n"
                "of entries, each of one of these three kinds.",
                (
                    ("SNMP v1 or v2c: an entry", CommunityEntry),
                    ("SNMPv3: an entry", UserEntry),
                    ("SSH: an entry", LoginEntry),
                ),
            ),
            Documented(
                "Waivers",
                "Who answers for a finding: [waivers](../policies.md#waivers).",
                (("", _WaiversFile),),
            ),
            Documented("Permits", "What is allowed: [permits](../policies.md#permits).", (("", _PermitsFile),)),
            Documented("Support ends", "Last days: [when support ends](../support.md).", (("", SupportFile),)),
        ),
    ),
)


def file_page(page: FilePage) -> str:
    """The whole page, ending with a newline."""
    lines = [page.title, "", page.opening, ""]
    for file in page.files:
        lines += [f"## {file.title}", "", file.opening, ""] if file.title else []
        for heading, model in file.tops:
            lines += [f"### {heading}", ""] if heading else []
            lines += _tables(model, "", "###" if file.title else "##")
    return "\n".join(lines[:-1]) + "\n"


def _tables(model: type[BaseModel], place: str, marks: str) -> Iterator[str]:
    """The table of a model, and below it those of the models inside."""
    meanings = meanings_of(model)
    yield from ("| key | takes | default | meaning |", "|---|---|---|---|")
    inner: list[tuple[str, type[BaseModel]]] = []
    for name, key in model.model_fields.items():
        takes = " or ".join(dict.fromkeys(_takes(key.annotation, tuple(key.metadata))))
        yield f"| `{name}` | {cell(escaped(takes))} | {cell(_default(key, takes))} | {cell(escaped(meanings[name]))} |"
        inner += [(f"{place}{name}", below) for below in _models(key.annotation)]
    yield ""
    for name, below in inner:
        yield from (f"{marks} `{name}`", "")
        yield from _tables(below, f"{name}.", marks)


def meanings_of(model: type[BaseModel]) -> dict[str, str]:
    """The text below each key, of the model and of those that it extends."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base.model_fields:
            (body,) = ast.parse(inspect.getsource(base)).body
            assert isinstance(body, ast.ClassDef)
            for field, text in zip(body.body, body.body[1:], strict=False):
                match field, text:
                    case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(meaning))):
                        found[name] = meaning
    return found


def _default(key: FieldInfo, takes: str) -> str:
    if key.default is PydanticUndefined:
        return "required"
    match key.default:
        case None | () | "":
            return "-"
        case bool() if "yes" in takes:
            return "`yes`" if key.default else "`no`"
        case bool():
            return f"`{str(key.default).lower()}`"
        case Enum():
            return f"`{key.default.value}`"
        case BaseModel():
            return "those below"
        case _:
            return f"`{key.default}`"


def _takes(annotation: Any, metadata: tuple[Any, ...]) -> Iterator[str]:
    """What a key takes, in words; several where it takes one or the other."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _takes(inner[0], (*inner[1:], *metadata))
    elif origin in (Union, types.UnionType):
        for one in inner:
            yield from _takes(one, metadata) if one is not type(None) else ()
    elif origin is tuple:
        yield from _list(inner, metadata)
    elif origin is dict:
        yield f"a mapping of names to {' or '.join(_takes(inner[1], ()))}"
    elif origin is Literal:
        yield " or ".join(f"`{str(value).lower() if isinstance(value, bool) else value}`" for value in inner)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield "a mapping"
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        yield f"one of {', '.join(f'`{value.value}`' for value in annotation)}"
    else:
        yield _scalar(annotation, metadata)


def _list(inner: tuple[Any, ...], metadata: tuple[Any, ...]) -> Iterator[str]:
    if inner[-1] is not ...:
        yield f"a list: {'; '.join(' or '.join(_takes(one, ())) for one in inner)}"
        return
    each = " or ".join(_takes(inner[0], ()))
    several = {"a text": "texts", "a mapping": "mappings"}.get(each, f"values, each {each}")
    if any(isinstance(rule, BeforeValidator) and _wraps(rule) for rule in metadata):
        yield each
    yield f"a list of {several}"


def _wraps(rule: BeforeValidator) -> bool:
    """Whether a validator makes a list of one value."""
    try:
        return bool(rule.func("x") == ("x",))  # type: ignore[call-arg]
    except (ValueError, PydanticCustomError):
        return False


def _scalar(annotation: Any, metadata: tuple[Any, ...]) -> str:
    flat = [one for rule in metadata for one in (rule.metadata if isinstance(rule, FieldInfo) else (rule,))]
    for rule in flat:
        if isinstance(rule, AfterValidator | BeforeValidator):
            expected = _expected(rule, annotation)
            if expected:
                return expected
    if annotation in (int, float):
        low, high = (next((getattr(rule, edge) for rule in flat if hasattr(rule, edge)), None) for edge in ("ge", "le"))
        return "a number" if low is None else f"a number from {low:g} to {high:g}"
    if any(getattr(rule, "pattern", None) for rule in flat):
        return "a name of letters, digits, `.`, `_` and `-`"
    return {str: "a text", bool: "`true` or `false`", date: "a date such as 2026-01-31"}[annotation]


def _expected(rule: AfterValidator | BeforeValidator, annotation: Any) -> str:
    if annotation is bool:
        return "`yes` or `no`"
    try:
        rule.func(NONSENSE)  # type: ignore[call-arg]
    except PydanticCustomError as error:
        return error.message_template.partition("; expected ")[2] or error.message_template
    except ValueError as error:
        return re.sub(r" \(.*\\x00.*\)", "", str(error))
    return ""


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in get_args(annotation):
        yield from _models(one)
