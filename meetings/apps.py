from django.apps import AppConfig
from django.conf import settings

_HERE = tuple(
    f"meetings.{name}"
    for name in (
        *("Meeting", "Run", "StepRun", "Checkpoint", "Speaker", "Segment"),
        *("Finding", "Summary", "Analytics", "Report", "Observer"),
    )
)


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from core import registry
        from core.privacy import answer_for
        from integrations.composers import compose_by
        from tasks.services.accepted import when_accepted
        from tasks.services.entries import when_changed

        from .pipeline import runner, states, sweep, watching
        from .services import documents, letters, outgoing, privacy

        compose_by(outgoing.LETTER, letters.assignment)
        compose_by(documents.COMPOSER, documents.compose)
        when_accepted(outgoing.send_accepted)
        when_changed(outgoing.keep_up)
        registry.add_chore("runs", sweep.sweep, interval=settings.SWEEP_INTERVAL)
        registry.add_chore("observers", watching.sweep, interval=settings.BOT_GLANCE)
        registry.add_release("observers", watching.release_all_leases)
        registry.add_holding("steps", runner.give_back)
        registry.add_release("steps", states.release_all_leases)
        answer_for(
            self.name,
            *_HERE,
            # They lie in a meeting, and go and are handed out with it.
            *("audio.Recording", "audio.Track", "audio.LiveStream", "audio.LivePart", "audio.Observation"),
            erase=privacy.erase,
            export=privacy.export,
        )
