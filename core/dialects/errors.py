"""DRF's exception handler: whatever a view raises is answered in the dialect of the view."""

import logging

from django.core.signals import got_request_exception
from django.db import IntegrityError
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.bearer import BearerAuthentication
from core.errors import Kind

from .flat import FLAT
from .problem import problem_of

logger = logging.getLogger(__name__)


def handle(error: Exception, context: dict) -> Response:
    """Answer for `error`. What nobody foresaw is logged here, and leaves as a sentence without a trace."""
    request = context.get("request")
    if isinstance(error, IntegrityError) and _has_left(request):
        error = AuthenticationFailed()
    problem = problem_of(error)
    if problem.kind is Kind.BROKEN:
        logger.error("unhandled error at %s", getattr(request, "path", "?"), exc_info=error)
        got_request_exception.send(sender=None, request=request)
    set_rollback()
    answer = getattr(context.get("view"), "dialect", FLAT).error(problem)
    return Response(answer.body, status=answer.status, headers=answer.headers)


def _has_left(request: Request | None) -> bool:
    """Whether who asked has closed their account meanwhile: what was to be theirs refers to nobody then."""
    if request is None or request.auth is None:
        return False
    try:
        BearerAuthentication().get_user(request.auth)
    except AuthenticationFailed:
        return True
    return False
