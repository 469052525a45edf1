"""Who is behind a box, and what box it is: weighs all its evidence and keeps the reasons.

Roles are not fused into one answer. `vendor` is the company whose name is on the box; `made_by` and `platform` are
those who built it and who wrote its software, where they are others. Weights decide, never the order of evidence.
"""

from collections.abc import Sequence
from functools import lru_cache

from fingerprints.claims.attribute import Attribute, best_attribute
from fingerprints.claims.claim import Claim
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.identity.chips import chips_of, names_chip
from fingerprints.identity.command_line import command_line_of
from fingerprints.identity.components import MAX_COMPONENTS, PartsList, list_parts
from fingerprints.identity.evidence_digest import evidence_digest
from fingerprints.identity.gaps_in_evidence import gaps_of_address, gaps_of_commands
from fingerprints.identity.joined_parts import join_parts
from fingerprints.identity.l2_l3_tables import l2_l3_tables_of
from fingerprints.identity.lineage import lineage_of
from fingerprints.identity.on_record import ties_on_record
from fingerprints.identity.vendor import as_platform, company_in_role, vendor_of
from fingerprints.identity.watched_companies import watched_ties
from fingerprints.matching.match_keys import match_keys
from fingerprints.matching.merge_addresses import device_id
from fingerprints.model.device import (
    AttributeName,
    Device,
    Identity,
    Role,
)
from fingerprints.model.evidence import Evidence, Source, fleet_site_of
from fingerprints.model.observation_index import ObservationIndex, clean, index_observations
from fingerprints.sources.registry import extracted_items, neighbours_of
from fingerprints.sources.wire import announced_name

MAX_CLAIMS = 60
"""Claims that an identity keeps, the heaviest first."""

MAX_SETS_OF_SOURCES = 1024
"""Sets of sources that are remembered."""


def identify(evidence: tuple[Evidence, ...], database: FingerprintDatabase) -> Device:
    """One device from all evidence about it. Never raises, whatever a device answers."""
    index = index_observations(evidence)
    items = tuple(extracted_items(index, database))
    named = tuple(as_platform(item, database) for item in items if isinstance(item, Claim))
    claims = tuple(claim for claim in named if not names_chip(claim, database))
    attributes = tuple(item for item in items if isinstance(item, Attribute))
    identity = _identity(claims, attributes, index, database)
    parts = _parts(evidence, index, database)
    subjects = [of_subject.subject for of_subject in evidence]
    gaps = (
        *(gap for of_subject in evidence for gap in gaps_of_address(of_subject)),
        *gaps_of_commands(index),
        *parts.gaps(),
    )
    declared = tuple(dict.fromkeys(pair for subject in subjects for pair in subject.attributes))
    return Device(
        id=device_id(evidence, index, database),
        labels=tuple(dict.fromkeys(label for subject in subjects for label in (subject.labels or (subject.key,)))),
        addresses=tuple(dict.fromkeys(subject.address for subject in subjects if subject.address)),
        name=_name(index, evidence),
        attributes=declared,
        identity=identity,
        watched=watched_ties(claims, identity, ties_on_record(claims, identity, index, declared, database), database),
        components=(*parts.kept, *chips_of(named, database)),
        neighbours=neighbours_of(index),
        gaps=gaps,
        sources=_sources_once(frozenset(said.source for of_subject in evidence for said in of_subject.observations)),
        l2_l3_tables=l2_l3_tables_of(index),
        keys=match_keys(index, database.attribute_scores),
        evidence=evidence_digest(index, attributes, parts.kept, gaps, declared),
        command_line=command_line_of(index, identity, database),
        fleet_site=fleet_site_of(subjects[0]),
    )


@lru_cache(MAX_SETS_OF_SOURCES)
def _sources_once(sources: frozenset[Source]) -> frozenset[Source]:
    """The same set for all devices that are known by the same sources: each takes two kilobytes."""
    return sources


def _parts(evidence: Sequence[Evidence], whole: ObservationIndex, database: FingerprintDatabase) -> PartsList:
    """The parts of a device. Each address is a source of its own, so that no row of one takes the place of another's:
    two boxes that are taken for one keep the parts of both."""
    if len(evidence) == 1:
        return list_parts(whole, database)
    lists = [list_parts(index_observations((part,)), database) for part in evidence if part.observations]
    joined = join_parts((parts.kept for parts in lists), database.attribute_scores)
    left_out = sum(parts.left_out for parts in lists) + max(len(joined) - MAX_COMPONENTS, 0)
    return PartsList(joined[:MAX_COMPONENTS], left_out)


def _name(index: ObservationIndex, evidence: Sequence[Evidence]) -> str:
    """The device's sysName, by SNMP or in its own frames, else its label in the operator's list, else the address that
    answered."""
    sys_name = index.first(Source.SNMP_SYS_NAME)
    if sys_name is not None:
        return clean(sys_name.value)
    if announced := announced_name(index):
        return announced
    labels = (label for of_subject in evidence for label in of_subject.subject.labels)
    return next(labels, evidence[0].subject.key)


def _identity(
    claims: Sequence[Claim], attributes: Sequence[Attribute], index: ObservationIndex, database: FingerprintDatabase
) -> Identity:
    system = best_attribute(attributes, AttributeName.OS)
    answer = vendor_of(claims, system, index, database)
    vendor = answer.vendor
    lineage = lineage_of(vendor, claims, database)
    records = sorted((claim.record for claim in claims), key=lambda record: -record.weight)
    hardware = best_attribute(attributes, AttributeName.HARDWARE)
    return Identity(
        level=answer.level,
        confidence=answer.confidence,
        vendor=vendor,
        made_by=company_in_role(claims, Role.MAKER, vendor, database),
        platform=company_in_role(claims, Role.PLATFORM, vendor, database),
        operator=company_in_role(claims, Role.OPERATOR, vendor, database),
        model=best_attribute(attributes, AttributeName.MODEL) or hardware,
        version=best_attribute(attributes, AttributeName.VERSION),
        serial=best_attribute(attributes, AttributeName.SERIAL),
        os=system,
        kind=best_attribute(attributes, AttributeName.KIND),
        claims=tuple(dict.fromkeys(records))[:MAX_CLAIMS],
        conflicts=answer.conflicts,
        explained=answer.explained,
        turning=answer.turning,
        breakdown=answer.breakdown,
        owner=lineage.owner,
        formerly=lineage.formerly,
    )
