"""The middleware in front of the resolver: slashes are optional, unknown paths answer in dialect."""

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import is_valid_path

from config.mounts import mount_of
from core.dialects import Problem
from core.errors import Kind

REFUSAL = "meetings.refusal"
"""Key of the ASGI scope under which the body limits leave the Problem of a request that is refused."""


class Routing:
    """Routes are declared as the documents print them; a slash more or less finds them too, for all methods.

    Unknown paths are answered here and not by the resolver, whose page under DEBUG shows all routes.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refusal = getattr(request, "scope", {}).get(REFUSAL)
        if refusal is not None:
            return written(request, refusal)
        if not is_valid_path(request.path_info):
            other = request.path_info[:-1] if request.path_info.endswith("/") else f"{request.path_info}/"
            if not is_valid_path(other):
                return written(request, Problem.of(Kind.NOT_FOUND))
            request.path_info = other
        return self.get_response(request)


def written(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A problem as the dialect of the request's mount writes it."""
    answer = mount_of(request.path_info).dialect.error(problem)
    return HttpResponse(
        orjson.dumps(answer.body),
        status=answer.status,
        content_type="application/json",
        headers=answer.headers,
    )
