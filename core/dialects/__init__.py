"""The three ways in which the one domain is spoken: flat, memo and enveloped.

An app's `api/` modules take a mixin from here; `config.urls` says which mount speaks which dialect.
"""

from .base import Dialect, Message
from .enveloped import ENVELOPED
from .flat import FLAT
from .memo import MEMO
from .problem import Fault, InvalidQuery, Problem, problem_of, translate
from .schema import raises
from .views import DialectView, EnvelopedView, FlatView, MemoView
from .visibility import Visibility, visible

__all__ = [
    "ENVELOPED",
    "FLAT",
    "MEMO",
    "Dialect",
    "DialectView",
    "EnvelopedView",
    "Fault",
    "FlatView",
    "InvalidQuery",
    "MemoView",
    "Message",
    "Problem",
    "Visibility",
    "problem_of",
    "raises",
    "translate",
    "visible",
]
