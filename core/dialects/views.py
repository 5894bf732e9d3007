"""The mixins that make a DRF view speak a dialect: `class Rooms(FlatView, ViewSet)`.

A view method does parse -> one selector or service -> serialize, with the four words below.
"""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_orjson_renderer.renderers import ORJSONRenderer
from rest_framework import status as http
from rest_framework.exceptions import NotAuthenticated
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core import idempotency
from core.errors import Forbidden

from .base import Dialect, Message
from .enveloped import ENVELOPED
from .flat import FLAT
from .memo import MEMO
from .pages import EnvelopedPages, FlatPages, MemoPages
from .problem import InvalidQuery
from .visibility import Visibility, visibility_of


class AlwaysFirst(BaseContentNegotiation):
    """The documents know JSON only, so an `Accept` header that lacks it is no reason to refuse."""

    def select_parser(self, request, parsers):
        for parser in parsers:
            if (request.content_type or "").partition(";")[0].strip().lower() == parser.media_type:
                return parser
        return None

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class DialectRenderer(ORJSONRenderer):
    """JSON, with the success body written as the view's dialect writes it."""

    format = "json"

    def render(self, data: Any, media_type: str | None = None, renderer_context: Any = None) -> bytes:
        context = renderer_context or {}
        response, view = context.get("response"), context.get("view")
        if response is None or response.exception or response.status_code == http.HTTP_204_NO_CONTENT:
            return super().render(data, media_type, renderer_context)
        written = getattr(view, "dialect", FLAT).success(data)
        return super().render(written, media_type, renderer_context)


class DialectView:
    """Base of the three; needs a DRF view beside it."""

    dialect: ClassVar[Dialect]
    renderer_classes: ClassVar = [DialectRenderer]
    content_negotiation_class: ClassVar = AlwaysFirst
    removal: ClassVar = {http.HTTP_204_NO_CONTENT: None}
    """The `responses` of a method that answers `removed`."""

    def perform_authentication(self, request: Request) -> None:
        """As DRF does, and count the request whether its token is good or not. Raises Throttled."""
        try:
            super().perform_authentication(request)
        finally:
            super().check_throttles(request)

    def check_throttles(self, request: Request) -> None:
        """Has been done: whoever is refused for want of rights has asked, too."""

    def check_permissions(self, request: Request) -> None:
        """Beside DRF's permissions: what is declared for staff is for staff, whatever else a view sets.

        Raises NotAuthenticated, Forbidden.
        """
        super().check_permissions(request)
        if visibility_of(self, request.method) is Visibility.STAFF:
            if not request.user.is_authenticated:
                raise NotAuthenticated
            if not request.user.is_staff:
                raise Forbidden

    def initial(self, request: Request, *place: Any, **options: Any) -> None:
        """As DRF does, and a request that comes again is not carried out again (`core.idempotency`)."""
        self.claim: idempotency.Claim | None = None
        super().initial(request, *place, **options)
        self.claim = idempotency.begin(request, self)

    def handle_exception(self, error: Exception) -> HttpResponse:
        return error.response if isinstance(error, idempotency.Replay) else super().handle_exception(error)

    def finalize_response(self, request: Request, response: HttpResponse, *place: Any, **options: Any):
        """As DRF does. What is answered is somebody's: no cache keeps it, on their machine or on the way."""
        response = super().finalize_response(request, response, *place, **options)
        response.headers.setdefault("Cache-Control", "no-store")
        if claim := getattr(self, "claim", None):
            if isinstance(response, Response):
                response.render()  # here and not when it is sent: whoever has hung up may ask again
            idempotency.finish(claim, request, self, response)
        elif request.method == "DELETE" and http.is_success(response.status_code):
            idempotency.forget_about(request.user.pk, *self.kwargs.values())
        return response

    def parsed(self, serializer: type[BaseSerializer], **options: Any) -> dict:
        """The valid fields of the body. Raises ValidationError."""
        bound = serializer(data=self.request.data, context={"request": self.request}, **options)
        bound.is_valid(raise_exception=True)
        return bound.validated_data

    def asked(self, serializer: type[BaseSerializer]) -> dict:
        """The valid fields of the query string. Raises InvalidQuery."""
        bound = serializer(data=self.request.query_params, context={"request": self.request})
        if not bound.is_valid():
            raise InvalidQuery(bound.errors)
        return bound.validated_data

    def answer(
        self,
        thing: Any,
        serializer: type[BaseSerializer],
        *,
        status: int = http.HTTP_200_OK,
        headers: dict[str, str] | None = None,
    ) -> Response:
        """One object."""
        body = serializer(thing, context={"request": self.request}).data
        return Response(body, status=status, headers=headers)

    def listed(self, rows: Any, serializer: type[BaseSerializer]) -> Response:
        """A page of a queryset or list."""
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, self.request, self)
        body = serializer(page, many=True, context={"request": self.request}).data
        return pages.get_paginated_response(body)

    def removed(self, sentence: str, details: dict | None = None) -> Response:
        """Something is gone; the sentence, and what more there is to say, is for dialects that say so."""
        return Response(status=http.HTTP_204_NO_CONTENT)


class FlatView(DialectView):
    """Objects and lists as they are."""

    dialect = FLAT
    pagination_class: ClassVar = FlatPages


class MemoView(DialectView):
    """Flat objects, numbered pages in a wrapper."""

    dialect = MEMO
    pagination_class: ClassVar = MemoPages


class EnvelopedView(DialectView):
    """Everything inside `{success, data}`; a list names its `page_key`."""

    dialect = ENVELOPED
    pagination_class: ClassVar = EnvelopedPages
    removal: ClassVar = Message

    def removed(self, sentence: str, details: dict | None = None) -> Response:
        return Response(Message(sentence, details))
