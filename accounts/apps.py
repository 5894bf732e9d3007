from datetime import timedelta

from django.apps import AppConfig
from django.conf import settings


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from core import bearer, privacy, rates, registry
        from integrations import composers

        from .services import attempts, hand_offs, letters, mailed_tokens, naming, sessions
        from .services import privacy as holdings

        bearer.recognise_by(sessions.recognise)
        bearer.look_after_by(sessions.going_on)
        rates.name_by(naming.named)
        registry.add_chore("old sessions", sessions.forget_old, interval=timedelta(hours=1))
        composers.compose_by(letters.COMPOSER, letters.compose)
        registry.add_chore("letters asked for", letters.sweep, interval=settings.SWEEP_INTERVAL)
        registry.add_chore("old links", mailed_tokens.forget_old, interval=timedelta(hours=1))
        registry.add_chore("old sign-in attempts", attempts.forget_old, interval=timedelta(hours=1))
        registry.add_chore("old one-time codes", hand_offs.forget_old, interval=timedelta(hours=1))
        privacy.answer_for(
            self.name,
            *("accounts.User", "accounts.Session", "accounts.Identity"),
            *("accounts.MailedToken", "accounts.HandOff", "admin.LogEntry", "sessions.Session"),
            erase=holdings.erase,
            export=holdings.export,
        )
        privacy.impersonal(
            {
                "accounts.SignInAttempt": "Is nobody's yet, and expires.",
                "accounts.Erasure": "The receipt itself: an id and figures.",
            }
        )
