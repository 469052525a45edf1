"""The words of what a rule can do."""

from collections.abc import Mapping

from reports.policy.action import Action

ACTION: Mapping[Action, str] = {
    Action.PROHIBIT_USE: "use prohibited",
    Action.PROHIBIT_CONNECT: "connecting it prohibited",
    Action.PROHIBIT_PROCURE: "buying it prohibited",
    Action.PROHIBIT_INSTALL: "installing it prohibited",
    Action.PROHIBIT_SALE: "selling it prohibited",
    Action.PROHIBIT_CONTRACT_WITH: "contracts with its maker prohibited",
    Action.PROHIBIT_FUNDING: "paying for it from public funds prohibited",
    Action.PROHIBIT_AUTHORIZATION: "new authorisations prohibited",
    Action.PROHIBIT_IMPORT_MARKETING: "import and marketing prohibited",
    Action.COVERED_LIST: "on the list of covered equipment",
    Action.REMOVE_BY: "removal ordered",
    Action.ISOLATE_OR_REMOVE: "isolation or removal ordered",
    Action.CAP_PERCENT: "capped",
    Action.LIMIT_VENDOR_COUNT: "number of such makers limited",
    Action.REQUIRE_APPROVAL: "approval required",
    Action.REQUIRE_NOTIFICATION: "notification required",
    Action.REQUIRE_CERTIFICATION: "certification required",
    Action.REQUIRE_ASSURANCE_TESTING: "assurance testing required",
    Action.REQUIRE_RISK_ASSESSMENT: "risk assessment required",
    Action.ADVISE_AGAINST: "advised against",
    Action.ADVISE_REMOVE: "removal advised",
    Action.ADVISE_REVIEW_BEFORE_PROCURE: "review before buying advised",
    Action.REVIEW_AND_PHASE_OUT: "review and phasing out asked for",
    Action.TRANSITION_PURCHASE: "buying from others instead asked for",
    Action.RELOCATE_DEPENDENCY: "relocation asked for",
    Action.RECOMMEND_RESTRICT: "restriction recommended",
    Action.MAY_PROHIBIT_USE: "use may be prohibited by order",
    Action.MAY_ORDER_REMOVAL: "removal may be ordered",
    Action.MAY_ORDER_PROHIBIT_OR_REMOVE: "prohibition or removal may be ordered",
    Action.MAY_ORDER_CHANGE_OR_STOP: "change or stop may be ordered",
    Action.INTENDED_RESTRICTION: "a restriction is intended",
    Action.ALLOW: "allowed",
    Action.INFORM: "for information, nothing here is forbidden by it",
    Action.WATCH: "watched, nothing decided",
    Action.SUPPORT_ENDS: "its maker's support listed",
}
"""Each action as a finding words it, before `since` a date."""
