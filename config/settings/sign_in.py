"""Signing in and connecting accounts: where a vendor sends the browser, and where we send it then."""

from config import env

_HERE = env.PUBLIC_URL.rstrip("/")

FRONTEND_URL = env.FRONTEND_URL
SIGN_IN_RETURN_URIS = env.SIGN_IN_RETURN_URIS
_OURS = f"{_HERE}/api/v1/mobile/auth"
SIGN_IN_REDIRECT_URIS = {
    "microsoft": env.MICROSOFT_REDIRECT_URI or f"{_OURS}/microsoft/callback",
    "google": env.GOOGLE_REDIRECT_URI or f"{_OURS}/google/callback",
}
CONNECTION_REDIRECT_URIS = {
    "google": env.GOOGLE_CONNECTION_REDIRECT_URI or f"{_HERE}/api/v1/connections/google/callback",
    "microsoft": env.MICROSOFT_CONNECTION_REDIRECT_URI or f"{_HERE}/api/v1/connections/microsoft/callback",
    "atlassian": env.ATLASSIAN_CONNECTION_REDIRECT_URI or f"{_HERE}/api/v1/connections/atlassian/callback",
    "asana": env.ASANA_CONNECTION_REDIRECT_URI or f"{_HERE}/api/v1/connections/asana/callback",
}
