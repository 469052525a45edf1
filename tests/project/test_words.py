"""The private words that the code once had stay gone from the names of modules, classes, functions and parameters."""

import ast
import re
from collections.abc import Iterator

from tests.project.source_code import PACKAGES, ROOT, Module, read_modules

MODULES = {
    "agent": "snmp_system, in sources",
    "analogues": "sibling_products",
    "asked": "scan_request",
    "asking": "prompt",
    "attachment": "l2_l3_tables",
    "bench": "evaluate",
    "collection": "collect",
    "concern": "maker_match",
    "conversation": "tcp_connections",
    "correlate": "merge_addresses",
    "cut_short": "incomplete",
    "data_sets": "snapshots",
    "datafile": "yaml_file",
    "dialects": "platforms",
    "differ": "match_keys",
    "elsewhere": "the protocol's name: printer_mib, host_resources",
    "exchange": "request_channel",
    "extends": "net_snmp_extend",
    "gathering": "grouping",
    "hardware": "entity_mib",
    "hearsay": "neighbour_reports",
    "introductions": "the protocol's name: lldp, cdp",
    "key_ring": "usm_keys",
    "knowledge": "fingerprint_database",
    "leads": "sources",
    "legs": "interface_addresses",
    "letters": "datagrams",
    "mailbox": "sweep_socket",
    "manners": "session_limits",
    "observed": "to_observations",
    "overheard": "kernel_neighbours",
    "pace": "limiter",
    "pipeline": "run",
    "printed": "layout",
    "question": "fast_encoder",
    "reach": "place_match",
    "renewal": "renew",
    "roll": "address_states",
    "round_trips": "rtt_estimator",
    "said": "observation_index",
    "seen_only": "unscanned_neighbours",
    "sheet": "provenance",
    "shelf": "installed_data",
    "speaker": "responder",
    "squat": "reused_number",
    "squatters": "reused_number",
    "stretch": "address_run",
    "structures": "serial_schemes",
    "supposition": "assumption",
    "symbols": "attribute_scores",
    "ties": "companies, or maker_match",
    "told": "what it holds",
    "traits": "attribute",
    "trial": "credential_check",
    "trouble": "errors",
    "unnamed": "unknown",
    "visible": "sanitize",
    "votes": "claim",
    "words": "wording, or target_syntax",
}
"""Files and folders, each with what it is called now."""

NAMES = {
    "Asked": "ScanRequest",
    "Bench": "PolicyEvaluator",
    "Case": "DeviceFacts",
    "Door": "SnmpAccess",
    "Exchange": "RequestChannel",
    "Frame": "AssessmentOptions",
    "Heard": "what it holds",
    "KeyRing": "UsmKeys",
    "Knowledge": "FingerprintDatabase",
    "Lead": "ExtractedItem",
    "Learned": "LearnedMac",
    "Line": "CliChannel",
    "Mailbox": "SweepSocket",
    "Mark": "DistinguishingMark",
    "Pacer": "RateLimiter",
    "Patience": "RetryPolicy",
    "Realms": "RealmLoginLimiter",
    "RoundTrips": "RttEstimator",
    "Said": "ObservationIndex, or Observed",
    "Speaker": "Responder",
    "Stretch": "AddressRun",
    "SymbolWords": "AttributeScores",
    "TELLING": "MATCHING_SOURCES",
    "TOLD": "DONE",
    "Taken": "RunInfo",
    "Trait": "Attribute",
    "Vote": "Claim",
    "Wanted": "CollectionRequest",
    "apart": "split_key",
    "dialect": "platform",
    "gathered": "evidence",
    "greet": "wait_for_prompt",
    "laid_out": "plan_runs",
    "offer_each": "credential_check",
    "tells": "detect",
    "told_apart": "disambiguate_ids",
}
"""Classes, functions, parameters, constants and fields, each with what it is called now."""

WORDS = {
    "dialect": "platform",
    "dialects": "platforms",
    "hearsay": "neighbour report",
    "heard": "what it returns",
    "lead": "item",
    "leads": "items",
    "manners": "session limits",
    "overheard": "kernel neighbours",
    "pacer": "rate limiter",
    "said": "observation, or index",
    "squatter": "reused number",
    "squatters": "reused numbers",
    "tell": "describe, format",
    "told": "describe, format, parse",
    "trait": "attribute",
    "traits": "attributes",
    "vote": "claim",
    "votes": "claims",
}
"""Words that no name holds, be it alone or between underscores and capitals."""

LIMITS = re.compile(r"_?(MOST|LEAST)_")
"""Constants of the most or least that is allowed are called MAX_ and MIN_."""


def test_no_file_or_folder_has_an_old_name() -> None:
    parts = {(module.name, part) for module in read_modules(*PACKAGES) for part in module.path.with_suffix("").parts}
    assert [f"{place}: {part} -> {MODULES[part]}" for place, part in sorted(parts) if part in MODULES] == []


def test_no_name_in_the_code_is_an_old_one() -> None:
    assert [fault for module in read_modules(*PACKAGES) for fault in faults(module)] == []


def test_old_names_are_seen_wherever_a_name_is_defined() -> None:
    source = "MOST_X = 1\nclass Vote:\n    tells: int\n    def _words_told(self, said_by, *votes): pass\n"
    found = {fault.split(" -> ")[0] for fault in faults(Module("m", ROOT, source))}
    assert found == {f"m: {name}" for name in ("MOST_X", "Vote", "_words_told", "said_by", "tells", "votes")}


def faults(module: Module) -> list[str]:
    """Each old name that a module defines, with the new one."""
    found = {name: new for name in defined_names(module.tree) if (new := replacement(name)) is not None}
    return [f"{module.name}: {name} -> {new}" for name, new in sorted(found.items(), key=lambda item: item[0].lower())]


def replacement(name: str) -> str | None:
    """What a name is called now, or None for one that is no old name."""
    if LIMITS.match(name):
        return "MAX_ or MIN_"
    bare = name.lstrip("_")
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)
    return NAMES.get(bare) or next((WORDS[word.lower()] for word in words if word.lower() in WORDS), None)


def defined_names(tree: ast.Module) -> Iterator[str]:
    """The names of classes, functions, parameters, and of what is assigned at the top of a module or class."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.arg(arg=name):
                yield name
            case ast.ClassDef(name=name, body=body):
                yield name
                yield from assigned_names(body)
            case ast.Module(body=body):
                yield from assigned_names(body)


def assigned_names(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
