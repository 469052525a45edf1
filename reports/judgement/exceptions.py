"""Waivers and permits as values: which devices and findings each covers, who allows what a rule restricts, and until
when."""

from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from fingerprints.database.yaml_file import FileModel
from fingerprints.model.device import Device
from reports.placement.zone_file import YesNo


@dataclass(frozen=True, slots=True)
class ExceptionScope:
    """Patterns, in which `*` and `?` may stand. Of every list that is not empty, any one pattern must fit.

    Without `components` the scope holds none of a device's parts. `makers` are ids of companies in any role of the box.
    `own_name` is True where the operator lets the name that a device gives itself, and its id, fit `devices`.
    """

    devices: tuple[str, ...]
    policies: tuple[str, ...]
    rules: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    own_name: bool = False


@dataclass(frozen=True, slots=True)
class Waiver:
    """The operator's own exception: what it covers, why, who answers for it, who approved it, and its last day."""

    id: str
    scope: ExceptionScope
    reason: str
    owner: str
    approved_by: str
    expires: date


@dataclass(frozen=True, slots=True)
class Permit:
    """A permission of an authority: what it covers, who granted it, its first day, its last day (None: no end), and its
    conditions (empty: none)."""

    id: str
    scope: ExceptionScope
    granted_by: str
    granted: date
    expires: date | None = None
    conditions: str = ""


def covers_device(scope: ExceptionScope, device: Device) -> bool:
    """Whether a scope holds a device, whatever the finding. The operator's words for it are compared: its labels and
    addresses. Its own are not, unless the scope asks for that: what it calls itself, and the id of earlier reports, of
    which a serial number or an engine ID is the source, so that anybody can take it."""
    identity = device.identity
    names = (device.id, device.name) if scope.own_name else ()
    makers = tuple(party.id for party in (identity.vendor, identity.made_by, identity.platform) if party is not None)
    return (
        matches_any((*names, *device.labels, *device.addresses), scope.devices)
        and (not scope.makers or matches_any(makers, scope.makers))
        and (not scope.models or matches_any((identity.model or "",), scope.models))
    )


def fits_only_by_own_name(scope: ExceptionScope, device: Device) -> bool:
    """True if a scope would hold a device by the name that it gives itself or by its id, which it does not count."""
    return covers_device(replace(scope, own_name=True), device) and not covers_device(scope, device)


def matches_any(words: tuple[str, ...], patterns: tuple[str, ...]) -> bool:
    """Whether one word fits one pattern, compared without case. An empty word fits none."""
    return any(fnmatchcase(word.casefold(), pattern.casefold()) for word in words if word for pattern in patterns)


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,)


ExceptionText = Annotated[str, Field(min_length=1, max_length=500)]
ExceptionTexts = Annotated[tuple[ExceptionText, ...], BeforeValidator(_as_tuple), Field(min_length=1)]


class ScopeEntry(FileModel):
    """A scope in a file: each key holds one word or a list of them."""

    device: ExceptionTexts
    """Labels or addresses of devices; here and below `*` and `?` match any characters."""
    policy: ExceptionTexts
    """Ids of policies."""
    rule: ExceptionTexts | None = None
    """Ids of rules. Without it: all rules of these policies."""
    component: ExceptionTexts | None = None
    """Parts of these devices. Without it: the device alone, and none of its parts."""
    own_name: YesNo = False
    """`yes` lets the name that a device gives itself, and its id in earlier reports, meet `device`."""

    def scope(self) -> ExceptionScope:
        """The scope that the entry describes."""
        return ExceptionScope(self.device, self.policy, self.rule or (), self.component or (), own_name=self.own_name)
