from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from core import privacy

        privacy.impersonal({"notifications.MailTemplate": "Staff's words for a mail, with gaps for names."})
