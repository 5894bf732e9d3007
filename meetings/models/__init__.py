"""A meeting, the runs that understand it, and what they found."""

from .meeting import Meeting
from .observer import Observer
from .run import Checkpoint, Run, StepRun
from .understanding import Analytics, Finding, Report, Segment, Speaker, Summary

__all__ = [
    "Analytics",
    "Checkpoint",
    "Finding",
    "Meeting",
    "Observer",
    "Report",
    "Run",
    "Segment",
    "Speaker",
    "StepRun",
    "Summary",
]
