"""Judges the run of a night, as `assess` does."""

from dataclasses import dataclass, field
from datetime import date

from reports.judgement.assessment import AssessmentOptions
from scanner.audit.night import Judge, NightJudgement
from scanner.cli.assessment.kept_answers import answer_keeper
from scanner.cli.assessment.reporting import assessment_options_of, judged_run
from scanner.cli.options import ReportRequest
from scanner.config import Config
from scanner.store.store import Run, Store


@dataclass(frozen=True, slots=True)
class NightJudge:
    """Judges runs by the options of the command line and of kitscan.yaml, each on its own day."""

    request: ReportRequest
    config: Config
    tonight: date
    options: AssessmentOptions = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """A wrong zones file is an error before the scan, not after it. Raises DataFileError and KitscanError."""
        object.__setattr__(self, "options", assessment_options_of(self.request, self.config, self.tonight))

    def of(self, store: Store) -> Judge:
        """The function that judges a run of this store, and keeps the answers for `kitscan explain`."""

        def judge(run: Run) -> NightJudgement:
            keeper = answer_keeper(self.request, self.config)
            options = assessment_options_of(self.request, self.config, run.started.date())
            judged = judged_run(store, run, options, self.request.jobs)
            keeper.keep(store, run, judged)
            return NightJudgement(judged.document, options)

        return judge
