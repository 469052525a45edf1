"""What a rule can do, and what that means for a box in a place that the rule reaches."""

from enum import StrEnum


class Action(StrEnum):
    """What a rule does, in the words of the regimes. EFFECTS says what each means for a box."""

    PROHIBIT_USE = "prohibit_use"
    PROHIBIT_CONNECT = "prohibit_connect"
    PROHIBIT_PROCURE = "prohibit_procure"
    PROHIBIT_INSTALL = "prohibit_install"
    PROHIBIT_SALE = "prohibit_sale"
    PROHIBIT_CONTRACT_WITH = "prohibit_contract_with"
    PROHIBIT_FUNDING = "prohibit_funding"
    PROHIBIT_AUTHORIZATION = "prohibit_authorization"
    PROHIBIT_IMPORT_MARKETING = "prohibit_import_marketing"
    REMOVE_BY = "remove_by"
    ISOLATE_OR_REMOVE = "isolate_or_remove"
    CAP_PERCENT = "cap_percent"
    LIMIT_VENDOR_COUNT = "limit_vendor_count"
    REQUIRE_APPROVAL = "require_approval"
    REQUIRE_NOTIFICATION = "require_notification"
    REQUIRE_CERTIFICATION = "require_certification"
    REQUIRE_ASSURANCE_TESTING = "require_assurance_testing"
    REQUIRE_RISK_ASSESSMENT = "require_risk_assessment"
    ADVISE_AGAINST = "advise_against"
    ADVISE_REMOVE = "advise_remove"
    ADVISE_REVIEW_BEFORE_PROCURE = "advise_review_before_procure"
    REVIEW_AND_PHASE_OUT = "review_and_phase_out"
    TRANSITION_PURCHASE = "transition_purchase"
    RELOCATE_DEPENDENCY = "relocate_dependency"
    RECOMMEND_RESTRICT = "recommend_restrict"
    COVERED_LIST = "covered_list"
    MAY_PROHIBIT_USE = "may_prohibit_use"
    MAY_ORDER_REMOVAL = "may_order_removal"
    MAY_ORDER_PROHIBIT_OR_REMOVE = "may_order_prohibit_or_remove"
    MAY_ORDER_CHANGE_OR_STOP = "may_order_change_or_stop"
    INTENDED_RESTRICTION = "intended_restriction"
    ALLOW = "allow"
    INFORM = "inform"
    WATCH = "watch"
    SUPPORT_ENDS = "support_ends"


class Effect(StrEnum):
    """What an action means for a box in a place that the rule reaches."""

    BAN = "ban"
    """It may not be used there, from the deadline on where the rule has one."""
    BAN_NEW = "ban_new"
    """It may not be newly bought or installed there. `Standing` says what that means for a box in place already."""
    CAP = "cap"
    """It may be used up to a share."""
    CONSENT = "consent"
    """It may be used once somebody consented or was notified, or once it was tested."""
    ADVICE = "advice"
    """It may be used, and an authority advises against it."""
    SUPPORT = "support"
    """Its maker supports it up to the deadline of the rule. What follows then, the operator's list says."""
    NONE = "none"
    """The rule allows it, or only announces a power. The report cites the rule, and nothing follows yet."""


EFFECTS: dict[Action, Effect] = {
    Action.PROHIBIT_USE: Effect.BAN,
    Action.PROHIBIT_CONNECT: Effect.BAN,
    Action.REMOVE_BY: Effect.BAN,
    Action.ISOLATE_OR_REMOVE: Effect.BAN,
    Action.PROHIBIT_PROCURE: Effect.BAN_NEW,
    Action.PROHIBIT_INSTALL: Effect.BAN_NEW,
    Action.PROHIBIT_SALE: Effect.BAN_NEW,
    Action.PROHIBIT_CONTRACT_WITH: Effect.BAN_NEW,
    Action.PROHIBIT_FUNDING: Effect.BAN_NEW,
    Action.PROHIBIT_AUTHORIZATION: Effect.BAN_NEW,
    Action.PROHIBIT_IMPORT_MARKETING: Effect.BAN_NEW,
    Action.COVERED_LIST: Effect.BAN_NEW,
    Action.CAP_PERCENT: Effect.CAP,
    Action.LIMIT_VENDOR_COUNT: Effect.CAP,
    Action.REQUIRE_APPROVAL: Effect.CONSENT,
    Action.REQUIRE_NOTIFICATION: Effect.CONSENT,
    Action.REQUIRE_CERTIFICATION: Effect.CONSENT,
    Action.REQUIRE_ASSURANCE_TESTING: Effect.CONSENT,
    Action.REQUIRE_RISK_ASSESSMENT: Effect.CONSENT,
    Action.ADVISE_AGAINST: Effect.ADVICE,
    Action.ADVISE_REMOVE: Effect.ADVICE,
    Action.ADVISE_REVIEW_BEFORE_PROCURE: Effect.ADVICE,
    Action.REVIEW_AND_PHASE_OUT: Effect.ADVICE,
    Action.TRANSITION_PURCHASE: Effect.ADVICE,
    Action.RELOCATE_DEPENDENCY: Effect.ADVICE,
    Action.RECOMMEND_RESTRICT: Effect.ADVICE,
    Action.MAY_PROHIBIT_USE: Effect.NONE,
    Action.MAY_ORDER_REMOVAL: Effect.NONE,
    Action.MAY_ORDER_PROHIBIT_OR_REMOVE: Effect.NONE,
    Action.MAY_ORDER_CHANGE_OR_STOP: Effect.NONE,
    Action.INTENDED_RESTRICTION: Effect.NONE,
    Action.ALLOW: Effect.NONE,
    Action.INFORM: Effect.NONE,
    Action.WATCH: Effect.NONE,
    Action.SUPPORT_ENDS: Effect.SUPPORT,
}


class Standing(StrEnum):
    """What a ban on new equipment means for a unit in place, because no scan sees a date of purchase."""

    MAY_STAY = "may_stay"
    """The regime leaves in place what came before, or has another rule for it."""
    PRESUMED_NEW = "presumed_new"
    """The unit counts as new until somebody proves an earlier date."""


class Counted(StrEnum):
    """What a cap counts, where an inventory can count it. Ports and capacity are numbers that the operator declares on
    each device under that name; capacity is in the unit of the law, the same for every device."""

    DEVICES = "devices"
    SITES = "sites"
    PORTS = "ports"
    CAPACITY = "capacity"


class Certainty(StrEnum):
    """How well a fact is known: from a public source; mixed, the frame from a source and details from memory; from
    memory; or the operator's own word."""

    FOUND = "found"
    MIXED = "mixed"
    KNOWLEDGE = "knowledge"
    OWN = "own"
