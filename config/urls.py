"""All addresses: the mounts' routes, the API's own documentation, the admin."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerView

from accounts.admin.own_password import own_password
from config.asyncapi import AsyncApi
from config.mounts import MOUNTS
from config.routing import written
from core.dialects import Problem
from core.errors import Kind

_open = {"permission_classes": (), "authentication_classes": ()}

urlpatterns = [
    path("admin/password_change/", admin.site.admin_view(own_password)),
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(**_open), name="schema"),
    path("api/asyncapi/", AsyncApi.as_view()),
    path("docs", SpectacularSwaggerView.as_view(url_name="schema", **_open)),
    path("redoc", SpectacularRedocView.as_view(url_name="schema", template_name="core/redoc.html", **_open)),
    *(path(mount.prefix, include(module)) for mount in MOUNTS for module in mount.modules),
]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return written(request, Problem.of(Kind.NOT_FOUND))


def broken(request: HttpRequest) -> HttpResponse:
    return written(request, Problem.of(Kind.BROKEN))


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    return written(request, Problem.of(Kind.FORBIDDEN))


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return written(request, Problem.of(Kind.MALFORMED))


handler400, handler403, handler404, handler500 = (
    f"config.urls.{view.__name__}" for view in (malformed, refused, not_found, broken)
)
