"""`/api/v1/connections`: people's own accounts at vendors, and the way to the vendor and back."""

import secrets
from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status as http
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.code_flow import Begun, Returning
from core.dialects import FlatView, raises
from core.errors import ReturnAddressNotAllowed
from core.idempotency import shown_once
from core.rates import CREDENTIALS, limited
from integrations.api.connection_bodies import (
    Beginning,
    ConnectionBody,
    ConnectionChanges,
    NewConnection,
)
from integrations.models import Connection
from integrations.refusals import (
    AddressUnfit,
    CodeRefused,
    ConnectingDenied,
    ConnectionEnded,
    ConnectionNotFound,
    CredentialsRefused,
    UnknownConsent,
    VendorNotConfigured,
)
from integrations.selectors import connection_of, connections_of
from integrations.services import connections, consents, pasted
from integrations.vendors import VENDORS

SECRET = {"Referrer-Policy": "no-referrer"}
"""For answers with a code in their address; no cache keeps them, as `DialectView` has it."""


class Connections(FlatView, ViewSet):
    @extend_schema(responses=ConnectionBody(many=True), operation_id="connections_list")
    def list(self, request: Request) -> Response:
        """Your accounts at vendors, the oldest first; the ended ones too, since effects name them."""
        return self.listed(connections_of(request.user), ConnectionBody)

    @extend_schema(request=NewConnection, responses={201: ConnectionBody})
    @raises(CredentialsRefused, AddressUnfit)
    @limited(CREDENTIALS)
    def create(self, request: Request) -> Response:
        """Connect an account by credentials of its own; the vendor is asked once whether they are good."""
        connection = pasted.connect(request.user, **self.parsed(NewConnection))
        return self.answer(connection, ConnectionBody, status=http.HTTP_201_CREATED)

    @extend_schema(responses=ConnectionBody)
    @raises(ConnectionNotFound)
    def read(self, request: Request, connection_id) -> Response:
        """An account of yours, and whether it can be used."""
        return self.answer(connection_of(request.user, connection_id), ConnectionBody)

    @extend_schema(request=ConnectionChanges, responses=ConnectionBody)
    @raises(ConnectionNotFound, ConnectionEnded)
    def change(self, request: Request, connection_id) -> Response:
        """Another name or calendar, or make it the one that is meant where none is named."""
        connection = connection_of(request.user, connection_id)
        changed = connections.change(connection, **self.parsed(ConnectionChanges))
        return self.answer(changed, ConnectionBody)

    @extend_schema(responses={204: None})
    @raises(ConnectionNotFound)
    def remove(self, request: Request, connection_id) -> Response:
        """Disconnect: the access is given back at the vendor and forgotten here."""
        connections.disconnect(connection_of(request.user, connection_id))
        return self.removed("Connection ended")

    @extend_schema(request=None, responses=ConnectionBody)
    @raises(ConnectionNotFound)
    def check(self, request: Request, connection_id) -> Response:
        """Ask the vendor whether the account can be used."""
        return self.answer(pasted.check(connection_of(request.user, connection_id)), ConnectionBody)


class Consenting(FlatView, ViewSet):
    vendor: ClassVar[str] = ""

    @extend_schema(request=Beginning, responses=Begun)
    @raises(VendorNotConfigured, ReturnAddressNotAllowed)
    @shown_once("auth_url", "state")
    def begin(self, request: Request) -> Response:
        """Begin to connect an account: the address to open in a browser."""
        begun = consents.begin(request.user, self.vendor, **self.parsed(Beginning))
        return self.answer(begun, Begun, headers=SECRET)


class Returned(FlatView, ViewSet):
    permission_classes = (AllowAny,)
    authentication_classes = ()
    vendor: ClassVar[str] = ""

    @extend_schema(
        parameters=[Returning],
        responses={
            (200, "text/html"): OpenApiTypes.STR,
            302: OpenApiResponse(description="Back to the app, with `connection` or `error`, and `state`."),
        },
    )
    @raises(UnknownConsent, CodeRefused, ConnectingDenied, VendorNotConfigured)
    @limited(CREDENTIALS)
    def finish(self, request: Request) -> HttpResponse:
        """Come back from the vendor. `state` says whose account it is for, so no token is needed."""
        finished = consents.finish(self.vendor, **self.asked(Returning))
        if finished.location:
            return Response(status=http.HTTP_302_FOUND, headers=SECRET | {"Location": finished.location})
        return _page(request, finished.connection)


def _page(request: Request, connection: Connection) -> HttpResponse:
    """Names the account that it was connected with: whoever was lured here by somebody else can see it."""
    nonce = secrets.token_urlsafe(16)
    said = {
        "connection": connection,
        "vendor": VENDORS[connection.vendor].title,
        "host": urlsplit(settings.PUBLIC_URL).netloc,
        "nonce": nonce,
    }
    page = render(request._request, "integrations/connected.html", said)
    policy = f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; frame-ancestors 'none'"
    for name, value in (SECRET | {"Content-Security-Policy": policy}).items():
        page[name] = value
    return page


_one = "connections/<id:connection_id>"
_consenting = [name for name, vendor in VENDORS.items() if vendor.consents]
urlpatterns = [
    path("connections", Connections.as_view({"get": "list", "post": "create"})),
    path(_one, Connections.as_view({"get": "read", "patch": "change", "delete": "remove"})),
    path(f"{_one}/check", Connections.as_view({"post": "check"})),
    *(
        path(f"connections/{name}/authorize", Consenting.as_view({"post": "begin"}, vendor=name))
        for name in _consenting
    ),
    *(
        path(f"connections/{name}/callback", Returned.as_view({"get": "finish"}, vendor=name))
        for name in _consenting
    ),
]
