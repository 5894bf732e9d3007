"""DRF's exception handler: whatever a view raises is answered in the dialect of the view."""

import logging

from django.core.signals import got_request_exception
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import Kind

from .flat import FLAT
from .problem import problem_of

logger = logging.getLogger(__name__)


def handle(error: Exception, context: dict) -> Response:
    """Answer for `error`. What nobody foresaw is logged here, and leaves as a sentence without a trace."""
    problem = problem_of(error)
    if problem.kind is Kind.BROKEN:
        request = context.get("request")
        logger.error("unhandled error at %s", getattr(request, "path", "?"), exc_info=error)
        got_request_exception.send(sender=None, request=request)
    set_rollback()
    answer = getattr(context.get("view"), "dialect", FLAT).error(problem)
    return Response(answer.body, status=answer.status, headers=answer.headers)
