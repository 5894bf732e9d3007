"""Signing in with a provider: where it sends the browser, and where we send it then."""

from config import env

FRONTEND_URL = env.FRONTEND_URL
SIGN_IN_RETURN_URIS = env.SIGN_IN_RETURN_URIS
_OURS = f"{env.PUBLIC_URL.rstrip('/')}/api/v1/mobile/auth"
SIGN_IN_REDIRECT_URIS = {
    "microsoft": env.MICROSOFT_REDIRECT_URI or f"{_OURS}/microsoft/callback",
    "google": env.GOOGLE_REDIRECT_URI or f"{_OURS}/google/callback",
}
