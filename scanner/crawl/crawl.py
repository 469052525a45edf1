"""The crawl: collects the scope, then step by step what its devices announce, inside the fence and nearest first."""

from collections.abc import Callable, Iterable

from fingerprints.model.evidence import Evidence, namespaces_of
from scanner.collect import Recorder, collect
from scanner.collection_plan import CollectionPlan, CollectionRequest
from scanner.crawl.announced import announced_by
from scanner.crawl.frontier import CrawlResult, FollowedAddress, Frontier, NeighbourReport
from scanner.crawl.watching_sink import WatchingSink
from scanner.fence import Fence
from scanner.progress import Progress
from scanner.scope import Scope
from scanner.sink import EvidenceSink
from scanner.targets.addresses import AddressBlock, parse_address
from scanner.targets.spans import AddressSpan, Targets, gather

StepPlanner = Callable[[CollectionPlan, Scope], CollectionPlan]
"""The plan of the run, and the scope of a step: the plan of that step."""


class Crawl:
    """One run's crawl. `known` is the operator's own list of targets, whose labels and attributes hold for an address
    however it was found."""

    def __init__(self, fence: Fence, known: Targets | None = None) -> None:
        self.fence, self._known = fence, known
        self._frontier = Frontier(fence)
        self._watch: WatchingSink | None = None
        self._recalled: dict[str, NeighbourReport] = {}

    def watching(self, sink: EvidenceSink) -> EvidenceSink:
        """A sink that hands evidence on to another, and lets this crawl see what is announced."""
        self._watch = WatchingSink(sink)
        return self._watch

    def recall(self, evidence: Iterable[Evidence], done: frozenset[str]) -> None:
        """Know what the devices announced that an earlier part of the run finished."""
        for of_subject in evidence:
            if of_subject.subject.key in done:
                self._recalled[of_subject.subject.key] = _report_of(of_subject)

    async def collect(
        self,
        request: CollectionRequest,
        plan: CollectionPlan,
        step_plan: StepPlanner,
        recorder: Recorder,
        progress: Progress,
    ) -> None:
        """Collect the targets of the scope, then each step of followed addresses. Raises SinkError.

        The steps are the same for a resumed run: what earlier parts finished is recalled and not asked again.
        """
        await collect(request, plan, recorder, progress)
        self._note_reports()
        while step := self._frontier.next_step():
            scope = self._scope_of(step)
            if scope is None:
                continue
            if self._watch is not None:
                self._watch.begin_step()
            of_step = CollectionRequest(scope.targets, request.done, (), request.first)
            await collect(of_step, step_plan(plan, scope), recorder, progress)
            self._note_reports()

    def result(self) -> CrawlResult:
        """What became of all announced neighbours, so far."""
        return self._frontier.result()

    def _scope_of(self, step: tuple[FollowedAddress, ...]) -> Scope | None:
        """The scope of a step, admitted by the same rules as the user's own targets."""
        targets = gather(self._span(found) for found in step)
        if self._known is not None:
            targets = targets.described(self._known, self.fence.ports)
        return self.fence.scope.follow(targets)

    def _span(self, found: FollowedAddress) -> AddressSpan:
        address = parse_address(found.address)
        block = AddressBlock(address.version, int(address), int(address))
        return AddressSpan(block, self.fence.ports, "", (), found.namespace)

    def _note_reports(self) -> None:
        """Take over what was announced since the last step, and what was recalled of the addresses asked by now."""
        finished = self._watch.finished() if self._watch is not None else ()
        for of_subject in finished:
            self._note(of_subject.subject.key, _report_of(of_subject))
        for key in tuple(self._recalled):
            if self._note(key, self._recalled[key]):
                del self._recalled[key]

    def _note(self, key: str, report: NeighbourReport) -> bool:
        """Note a report, if the crawl asked its address. Others announced themselves on an attached segment."""
        if not self.fence.scope.permits(report.address) and report.address not in self._frontier.followed:
            return False
        self._frontier.note(key, report)
        return True


def _report_of(evidence: Evidence) -> NeighbourReport:
    """What a device announces. How far it stands is known to the frontier."""
    subject = evidence.subject
    namespace = tuple(("namespace", name) for name in namespaces_of(subject.attributes))
    return NeighbourReport(subject.address, 0, announced_by(evidence), namespace)
