"""People, and everything by which somebody proves to be one of them."""

from .erasure import Erasure
from .identity import HandOff, Identity, SignInAttempt
from .mailed_token import MailedToken
from .session import Session
from .user import User

__all__ = ["Erasure", "HandOff", "Identity", "MailedToken", "Session", "SignInAttempt", "User"]
