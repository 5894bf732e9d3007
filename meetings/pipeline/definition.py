"""The pipeline: what happens to a recording, in order. This list is its documentation."""

from .step import Step
from .steps.analyse import Analyse
from .steps.attribute import Attribute
from .steps.create_tasks import CreateTasks
from .steps.decode import Decode
from .steps.diarize import Diarize
from .steps.extract import Extract
from .steps.outward import MailAssignees, OpenTickets, PostChat, SyncCalendar
from .steps.report import WriteReport
from .steps.summarize import Summarize
from .steps.transcribe import Transcribe

STEPS: tuple[Step, ...] = (
    Decode(),
    Transcribe(),
    Diarize(),
    Attribute(),
    Summarize(),
    Extract(),
    CreateTasks(),
    Analyse(),
    WriteReport(),
    # What follows leaves the house and waits until somebody calls /complete.
    OpenTickets(),
    MailAssignees(),
    PostChat(),
    SyncCalendar(),
)

BY_NAME = {step.name: step for step in STEPS}
NAMES = tuple(step.name for step in STEPS)
INWARD = tuple(step.name for step in STEPS if not step.outward)
LAST_INWARD = INWARD[-1]
