"""Every word gets its speaker, and every voice a name where talk and participants agree."""

from integrations import registry
from integrations.contracts.language import Conversation, Identity, Line
from meetings.models import Run
from meetings.pipeline import conversations, transcripts
from meetings.pipeline.attribution import AttributedSegment, attribute
from meetings.pipeline.step import Output, RunView

from . import diarize


class Attribute:
    name = "attribute"
    queue = "language"
    outward = False

    def work(self, run: RunView) -> Output:
        heard = transcripts.load_unattributed(run.run)
        diarization = diarize.load(run.meeting.pk, run.outputs["diarize"])
        segments = attribute(heard, diarization)
        identities = self._identify(run, segments)
        figures = {
            "segments": len(segments),
            "speakers": len({segment.speaker for segment in segments}),
            "named": {each.label: each.person.name for each in identities},
        }
        return Output(figures, (segments, identities, dict(diarization.voiceprints)))

    def _identify(self, run: RunView, segments: list[AttributedSegment]) -> list[Identity]:
        lines = tuple(
            Line(str(number), segment.speaker, segment.start, segment.end, segment.text)
            for number, segment in enumerate(segments)
        )
        conversation: Conversation = conversations.around(run.meeting, lines)
        return list(registry.engine("language").identify(conversation))

    def save(self, run: Run, output: Output) -> None:
        segments, identities, voiceprints = output.result
        transcripts.replace(run, segments, identities=identities, voiceprints=voiceprints)
