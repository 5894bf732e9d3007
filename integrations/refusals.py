"""What can be wrong with a request about the outside world; what a vendor says is in `errors`."""

from core.errors import Conflict, DomainError, Forbidden, Invalid, Kind, NotFound


class WebhookNotFound(NotFound):
    code = "WEBHOOK_NOT_FOUND"
    message = "Webhook not found"


class DeliveryNotFound(NotFound):
    code = "DELIVERY_NOT_FOUND"
    message = "Delivery not found"


class AddressUnfit(Invalid):
    code = "ADDRESS_UNFIT"
    message = "This address cannot be told anything."


class TooManyWebhooks(Conflict):
    code = "TOO_MANY_WEBHOOKS"
    message = "You have as many webhooks as one may have; remove one first."


class WebhookPaused(Conflict):
    code = "WEBHOOK_PAUSED"
    message = "The webhook is not active; set its status to active first."


class NotConfigured(Conflict):
    code = "NOT_CONFIGURED"
    message = "Nobody serves this: an account has to be connected, or the server needs a provider."


class NoDocumentsProvider(Conflict):
    code = "NO_DOCUMENTS_PROVIDER"
    message = (
        "There is nowhere to write documents: connect your Google account with access to Google Drive, "
        "or have the server configured with a provider (DOCUMENTS_PROVIDER)."
    )


class RejectedByVendor(Invalid):
    """`message` is the vendor's own sentence."""

    code = "REJECTED_BY_VENDOR"
    message = "The vendor has refused this."


class NotWantedAnyMore(Conflict):
    code = "CANCELLED"
    message = "This was cancelled before it went out."


class EffectNotFound(NotFound):
    code = "EFFECT_NOT_FOUND"
    message = "Effect not found"


class EffectSent(Conflict):
    code = "EFFECT_SENT"
    message = "It has been sent already."


class EffectBusy(Conflict):
    code = "EFFECT_BUSY"
    message = "It is being sent, or looked for at the vendor: ask again in a moment."


class EffectErased(Conflict):
    code = "EFFECT_ERASED"
    message = "What it was to say has been erased."


class EffectNotWanted(Conflict):
    code = "EFFECT_NOT_WANTED"
    message = "It was not to be sent."


class EffectNotWaiting(Conflict):
    code = "EFFECT_NOT_WAITING"
    message = "It does not wait: there is nothing to cancel."


class ConnectionNotFound(NotFound):
    code = "CONNECTION_NOT_FOUND"
    message = "Connection not found"


class ConnectionEnded(Conflict):
    code = "CONNECTION_ENDED"
    message = "The account has been disconnected; connect it again first."


class VendorNotConfigured(Conflict):
    code = "PROVIDER_NOT_CONFIGURED"
    message = "Connecting accounts of this vendor is not set up on this server."

    def __init__(self, title: str) -> None:
        super().__init__(
            f"Connecting accounts of {title} is not set up on this server: it needs a client id and secret."
        )


class UnknownConsent(DomainError):
    """The same for a `state` that is made up, expired, used up or of another vendor."""

    kind = Kind.MALFORMED
    code = "INVALID_STATE"
    message = "This consent is not known, has expired or is over already. Please start again."


class ConnectingDenied(Forbidden):
    code = "ACCESS_DENIED"

    def __init__(self, title: str) -> None:
        super().__init__(f"{title} was not allowed to connect your account. Nothing was changed.")


class CodeRefused(Invalid):
    """Whatever is wrong with the code: the reason is in the log only."""

    code = "CODE_REFUSED"

    def __init__(self, title: str) -> None:
        sentence = f"{title} does not accept this code; it is good once and for a short while."
        super().__init__(sentence, fields={"authorization_code": [sentence]})


class ScopeMissing(Invalid):
    """People may tick less than was asked for."""

    code = "SCOPE_MISSING"

    def __init__(self, title: str, kind: str) -> None:
        sentence = f"{title} was not allowed to share your {kind}; please consent again and allow it."
        super().__init__(sentence, fields={"authorization_code": [sentence]})


class CredentialsRefused(Invalid):
    """`message` is the vendor's own sentence, without the credentials."""

    code = "CREDENTIALS_REFUSED"
