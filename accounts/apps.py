from datetime import timedelta

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from core import bearer, registry

        from .services import sessions

        bearer.recognise_by(sessions.recognise)
        registry.add_chore("old sessions", sessions.forget_old, interval=timedelta(hours=1))
