"""What can be wrong with a request about the outside world; what a vendor says is in `errors`."""

from core.errors import Conflict, Invalid, NotFound


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


class RejectedByVendor(Invalid):
    """`message` is the vendor's own sentence."""

    code = "REJECTED_BY_VENDOR"
    message = "The vendor has refused this."


class NotWantedAnyMore(Conflict):
    code = "CANCELLED"
    message = "This was cancelled before it went out."
