"""A meeting, the runs that understand it, and what they found."""

from .meeting import Meeting
from .run import Checkpoint, Run, StepRun
from .understanding import Analytics, Finding, Report, Segment, Speaker, Summary

__all__ = [
    "Analytics",
    "Checkpoint",
    "Finding",
    "Meeting",
    "Report",
    "Run",
    "Segment",
    "Speaker",
    "StepRun",
    "Summary",
]
