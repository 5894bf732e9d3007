"""What can be wrong with a request about mails."""

from core.errors import Invalid


class TemplateNotFound(Invalid):
    code = "UNKNOWN_TEMPLATE"
    message = "There is no such mail template."

    def __init__(self) -> None:
        super().__init__(fields={"template_id": [self.message]})
