"""Reports that a reviewer can believe: figures, intervals, gaps, targets and pictures."""

from .common import CommonStates, common_report
from .orphan import Split, orphan_tables
from .scored import Scored, scored
from .summary import summary_reports
from .whole import Listed, row_kinds, whole_report

__all__ = [
    "CommonStates",
    "Listed",
    "Scored",
    "Split",
    "common_report",
    "orphan_tables",
    "row_kinds",
    "scored",
    "summary_reports",
    "whole_report",
]
