"""A report by a template of the user's own: one Jinja file, which gets the JSON document as `document`.

The template runs in Jinja's sandbox: it reads the document and nothing else of this machine. What is random, or differs
from run to run, is taken out, so that the same evidence gives the same bytes. Control characters of device text are
made visible before the template sees them; what the output's own language acts on, the template escapes, or
autoescape does where the output is HTML or XML.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import TYPE_CHECKING, Any

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.input_file import read_text_file
from reports.document.document import Document
from reports.document.sanitize import sanitize
from reports.document.wording import format_long_date
from reports.formats.as_json import plain_values, to_json

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

MAX_TEMPLATE = 1024 * 1024
"""Octets of the largest template that is read."""

_WHOLE_TEXT = 1_000_000_000
"""Characters of a text that the template gets: all of it."""

_MARKUP_NAME = re.compile(r"\.(html|htm|xml)(\.(j2|jinja2?))?$", re.IGNORECASE)
"""Names of templates whose output is HTML or XML."""

_NOT_REPEATABLE = ("lipsum",)
_NOT_REPEATABLE_FILTERS = ("random",)
"""What Jinja offers and gives another output at each run."""

_FAULTS = (ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError, SyntaxError, TypeError, ValueError)
"""What the expressions of a template raise in Python, beside Jinja's own errors. Python's compiler raises SyntaxError
for what is nested too deeply."""

_OF_THIS_MACHINE = re.compile(r"%[^a-zA-Z%]*s")
"""The form of strftime that counts seconds in the time zone of the machine."""

_CORRECT = "correct the template and run kitscan assess again; docs/json.md describes the document"


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """A template that was read and compiled. `path` names it in messages."""

    path: Path
    template: "Template"

    def render(self, document: Document) -> str:
        """The document by this template. Raises DataFileError, with the line, where the template cannot be carried
        out."""
        from jinja2.exceptions import TemplateError

        values = _shown(plain_values(document))
        try:
            written = self.template.render(document=values)
            written.encode()  # a template may make half a character of its own
        except (TemplateError, *_FAULTS) as error:
            raise _cannot(self.path, _line_of(error.__traceback__, self.path), error) from error
        return written


def read_template(path: Path) -> OwnTemplate:
    """Read and compile a template. Raises DataFileError if it cannot be read or is no Jinja template."""
    from jinja2.exceptions import TemplateSyntaxError

    text = read_text_file(path, MAX_TEMPLATE)
    environment = _environment(autoescape=_MARKUP_NAME.search(path.name) is not None)
    try:
        code = environment.compile(text, filename=str(path))
    except TemplateSyntaxError as error:
        raise _cannot(path, error.lineno, error) from error
    except _FAULTS as error:
        raise _cannot(path, None, error) from error
    return OwnTemplate(path, environment.template_class.from_code(environment, code, environment.globals))


def _environment(autoescape: bool) -> "SandboxedEnvironment":
    """Jinja's sandbox, in which values cannot be changed, an unknown name is an error, and nothing is random."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        autoescape=autoescape,
        undefined=_undefined_class(),
        finalize=_written,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["date"] = format_day
    environment.policies["json.dumps_function"] = to_json
    environment.policies["json.dumps_kwargs"] = {}
    for name in _NOT_REPEATABLE:
        del environment.globals[name]
    for name in _NOT_REPEATABLE_FILTERS:
        del environment.filters[name]
    return environment


def _written(value: object) -> object:
    """A value that the template writes. Raises TypeError for a function or for what a filter has not yet counted out:
    Python shows them by their place in memory, another one in each run."""
    from jinja2 import Undefined

    if isinstance(value, str | Undefined) or not (callable(value) or isinstance(value, Iterator)):
        return value
    raise TypeError(f"a {type(value).__name__} cannot be written; expected a value: call it, or put `|list` after it")


def format_day(text: str | None, form: str = "") -> str:
    """The filter `date`: a day or a time of the document in words (22 November 2026), or by a form of strftime(3);
    nothing of null. Raises ValueError for a text that is neither."""
    if text is None:
        return ""
    try:
        when = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a date of the document, such as 2026-11-22") from error
    if _OF_THIS_MACHINE.search(form.replace("%%", "")):
        raise ValueError("%s differs between time zones; expected another form of strftime, such as %Y-%m-%d")
    return when.strftime(form) if form else format_long_date(when)


def _undefined_class() -> type[Any]:
    """StrictUndefined, with a message that says what is there instead."""
    from jinja2 import StrictUndefined

    class NamedUndefined(StrictUndefined):
        """A name or key that is not there."""

        @property
        def _undefined_message(self) -> str:
            return self._undefined_hint or _describe_missing(str(self._undefined_name), self._undefined_obj)

    return NamedUndefined


def _describe_missing(name: str, owner: object) -> str:
    """What is wrong with a name of a template, and what is expected: the nearest key of what it is looked up in."""
    match owner:
        case dict():
            near = get_close_matches(name, owner, n=1) or [f"one of {', '.join(owner)}"]
            return f"there is no {name!r}; expected {near[0]}"
        case None:
            return f"there is no {name!r} in null; expected a test of the value first, such as `if finding.deadline`"
        case list() if name.isdigit():
            return f"there is no entry {name} in a list of {len(owner)}; expected a number below that, from 0"
        case list() | str() | int() | float():
            return f"there is no {name!r} in a {type(owner).__name__}; expected an object of the document"
        case _:
            return f"nothing is called {name!r}; expected `document`, or a name that the template sets"


def _shown(value: Any) -> Any:
    """A copy of a JSON value in which the texts, and the keys, have no character that acts or hides."""
    match value:
        case str():
            return sanitize(value, _WHOLE_TEXT)
        case dict():
            return {sanitize(key, _WHOLE_TEXT): _shown(inner) for key, inner in value.items()}
        case list():
            return [_shown(inner) for inner in value]
        case _:
            return value


def _line_of(trace: TracebackType | None, path: Path) -> int | None:
    """The line of the template at which an error arose, which is the last one of the traceback: Jinja gives the frames
    of a template its lines. None for an error outside of it."""
    lines = [line for frame, line in walk_tb(trace) if frame.f_code.co_filename == str(path)]
    return lines[-1] if lines else None


def _cannot(path: Path, line: int | None, error: Exception) -> DataFileError:
    problem, _, expected = (str(error) or type(error).__name__).partition("; expected ")
    place = f"line {line}" if line else "whole file"
    flaw = Flaw(place, sanitize(problem).rstrip("."), expected or "a template that Jinja can carry out")
    return DataFileError(path, (flaw,), _CORRECT)
