"""Which findings somebody speaks of who answers for them: a waiver of the operator's, a permit of the authority's."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from fingerprints.database.yaml_file import FileModel
from fingerprints.model.device import Device
from reports.judgement.finding import Finding


@dataclass(frozen=True, slots=True)
class Scope:
    """Which findings are meant: any one word of every list that is not empty; `*` and `?` may stand in them.

    Without `components` none of a device's parts is meant. `makers` are ids of companies, any role of the box's.
    """

    devices: tuple[str, ...]
    policies: tuple[str, ...]
    rules: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


def in_scope(scope: Scope, finding: Finding, device: Device) -> bool:
    """Whether a finding on a device is meant."""
    part = (finding.component or "",)
    return (
        any_like((finding.policy,), scope.policies)
        and (not scope.rules or any_like((finding.rule,), scope.rules))
        and (not scope.components if finding.component is None else any_like(part, scope.components))
        and is_meant(scope, device)
    )


def is_meant(scope: Scope, device: Device) -> bool:
    """Whether a device is meant, whatever the finding."""
    identity = device.identity
    made = tuple(party.id for party in (identity.vendor, identity.made_by, identity.platform) if party is not None)
    return (
        any_like((device.id, device.name, *device.labels, *device.addresses), scope.devices)
        and (not scope.makers or any_like(made, scope.makers))
        and (not scope.models or any_like((identity.model or "",), scope.models))
    )


def any_like(words: tuple[str, ...], patterns: tuple[str, ...]) -> bool:
    """Whether one word fits one pattern; an empty word fits none."""
    return any(fnmatchcase(word.casefold(), pattern.casefold()) for word in words if word for pattern in patterns)


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,)


Word = Annotated[str, Field(min_length=1, max_length=500)]
Words = Annotated[tuple[Word, ...], BeforeValidator(_listed), Field(min_length=1)]


class ScopeEntry(FileModel):
    """A scope as people write it: one word, or a list of them."""

    device: Words
    policy: Words
    rule: Words | None = None
    component: Words | None = None

    def scope(self) -> Scope:
        """What it means."""
        return Scope(self.device, self.policy, self.rule or (), self.component or ())
