"""Decisions, action items, open questions and key points, each with its evidence."""

from integrations import registry
from integrations.contracts.language import Findings
from meetings.models import Finding, Run
from meetings.pipeline import conversations, findings
from meetings.pipeline.step import Output, RunView


class Extract:
    name = "extract"
    queue = "language"
    outward = False

    def work(self, run: RunView) -> Output:
        conversation = conversations.of(run.meeting)
        if not conversation.lines:
            return Output({}, Findings())
        found = registry.engine("language").extract(conversation)
        figures = {
            "decisions": len(found.decisions),
            "action_items": len(found.action_items),
            "open_questions": len(found.open_questions),
            "key_points": len(found.key_points),
            "engine": found.engine,
        }
        return Output(figures, found)

    def save(self, run: Run, output: Output) -> None:
        found: Findings = output.result
        findings.replace(run, Finding.Kind.DECISION, found.decisions)
        findings.replace(run, Finding.Kind.ACTION_ITEM, found.action_items)
        findings.replace(run, Finding.Kind.OPEN_QUESTION, found.open_questions)
        findings.replace(run, Finding.Kind.KEY_POINT, found.key_points)
