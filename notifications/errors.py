"""What can be wrong with a request about mails."""

from core.errors import Invalid


class TemplateNotFound(Invalid):
    code = "TEMPLATE_NOT_FOUND"
    message = "There is no mail template with this template_id, or it is switched off."

    def __init__(self) -> None:
        super().__init__(fields={"template_id": [self.message]})
