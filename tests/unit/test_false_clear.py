"""No box is clear whose evidence was cut at the wire, and honest boxes are clear."""

import pytest

from benchmarks.reliability.false_clear import is_kept, measured
from reports.policy.verdict import Verdict

NETWORKS = 500


@pytest.mark.parametrize("part", range(5))
def test_in_500_networks_no_box_is_clear_whose_evidence_was_cut(part: int) -> None:
    counts = measured(1, range(part * NETWORKS // 5, (part + 1) * NETWORKS // 5))
    assert {number for what, number in counts if what == "false clear"} == set()
    assert is_kept(counts)
    assert counts["box", Verdict.RESTRICTED] and counts["box", Verdict.NOT_ASSESSED]
