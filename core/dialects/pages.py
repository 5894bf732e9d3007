"""How each dialect pages a list: DRF paginators, so that OpenAPI describes them by itself."""

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from .problem import InvalidQuery

CAP = 1000
"""Rows that one answer holds at most."""


def _whole(request, name: str, default: int, *, least: int, most: int | None = None) -> int:
    """A whole number of the query string. Raises InvalidQuery."""
    text = request.query_params.get(name)
    if text is None or text == "":
        return default
    try:
        number = int(text)
    except ValueError:
        raise InvalidQuery({name: ["value is not a valid integer"]}) from None
    if number < least:
        raise InvalidQuery({name: [f"ensure this value is greater than or equal to {least}"]})
    if most is not None and number > most:
        raise InvalidQuery({name: [f"ensure this value is less than or equal to {most}"]})
    return min(number, 2**31)


def _parameter(name: str, description: str, **schema: Any) -> dict:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": {"type": "integer", **schema},
    }


class FlatPages(BasePagination):
    """The bare list; `limit` and `offset` are optional, the whole is told by `X-Total-Count` and `Link`.

    A view names its documented default as `page_limit`; else everything up to the cap comes.
    """

    def paginate_queryset(self, queryset: Any, request, view=None) -> Sequence:
        self.request = request
        default = getattr(view, "page_limit", CAP)
        self.limit = min(_whole(request, "limit", default, least=1), CAP)
        self.offset = _whole(request, "offset", 0, least=0)
        self.total = _count(queryset)
        return list(queryset[self.offset : self.offset + self.limit])

    def get_paginated_response(self, data: Any) -> Response:
        headers = {"X-Total-Count": str(self.total)}
        if links := self._links():
            headers["Link"] = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items())
        return Response(data, headers=headers)

    def _links(self) -> dict[str, str]:
        links = {}
        if self.offset + self.limit < self.total:
            links["next"] = self._url(self.offset + self.limit)
        if self.offset > 0:
            links["prev"] = self._url(max(0, self.offset - self.limit))
            links["first"] = self._url(0)
        return links

    def _url(self, offset: int) -> str:
        url = replace_query_param(self.request.build_absolute_uri(), "limit", self.limit)
        return replace_query_param(url, "offset", offset)

    def get_paginated_response_schema(self, schema: dict) -> dict:
        return schema

    def get_schema_operation_parameters(self, view) -> list[dict]:
        default = getattr(view, "page_limit", CAP)
        return [
            _parameter("limit", "Rows to answer with.", minimum=1, maximum=CAP, default=default),
            _parameter("offset", "Rows to leave out before them.", minimum=0, default=0),
        ]


class NumberedPages(BasePagination):
    """Base of the paginators that count pages from 1; a view may name its `page_limit`."""

    default_limit: ClassVar[int] = 20
    view: Any = None

    def paginate_queryset(self, queryset: Any, request, view=None) -> Sequence:
        self.view = view
        self.limit = _whole(request, "limit", self._default(view), least=1, most=CAP)
        self.page = _whole(request, "page", 1, least=1)
        self.total = _count(queryset)
        self.pages = math.ceil(self.total / self.limit)
        start = (self.page - 1) * self.limit
        return list(queryset[start : start + self.limit])

    def _default(self, view) -> int:
        return getattr(view, "page_limit", self.default_limit)

    def get_schema_operation_parameters(self, view) -> list[dict]:
        return [
            _parameter("page", "Page number, from 1.", minimum=1, default=1),
            _parameter("limit", "Rows of a page.", minimum=1, maximum=CAP, default=self._default(view)),
        ]


class MemoPages(NumberedPages):
    """`{data, total, page, limit, total_pages}`."""

    def get_paginated_response(self, data: Any) -> Response:
        numbers = {"total": self.total, "page": self.page, "limit": self.limit, "total_pages": self.pages}
        return Response({"data": data, **numbers})

    def get_paginated_response_schema(self, schema: dict) -> dict:
        return _object({"data": schema, **_whole_numbers("total", "page", "limit", "total_pages")})


class EnvelopedPages(NumberedPages):
    """`{<page_key>: [...], pagination: {page, limit, total, pages}}`, which the envelope puts into `data`."""

    def get_paginated_response(self, data: Any) -> Response:
        numbers = {"page": self.page, "limit": self.limit, "total": self.total, "pages": self.pages}
        return Response({self._key(self.view): data, "pagination": numbers})

    def get_paginated_response_schema(self, schema: dict) -> dict:
        pagination = _object(_whole_numbers("page", "limit", "total", "pages"))
        return _object({self._key(self.view): schema, "pagination": pagination})

    @staticmethod
    def _key(view) -> str:
        return getattr(view, "page_key", "items")


def _count(rows: Any) -> int:
    return len(rows) if isinstance(rows, list | tuple) else rows.count()


def _whole_numbers(*names: str) -> dict:
    return {name: {"type": "integer"} for name in names}


def _object(properties: dict) -> dict:
    return {"type": "object", "properties": properties, "required": list(properties)}
