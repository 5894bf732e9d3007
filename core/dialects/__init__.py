"""The three ways in which the one domain is spoken: flat, memo and enveloped.

An app's `api/` modules take a mixin from here; `config.urls` says which mount speaks which dialect.
"""

from .base import Dialect, Message
from .enveloped import ENVELOPED
from .flat import FLAT
from .memo import MEMO
from .problem import Fault, InvalidQuery, Problem, problem_of, translate
from .schema import raises
from .views import EnvelopedView, FlatView, MemoView

__all__ = [
    "ENVELOPED",
    "FLAT",
    "MEMO",
    "Dialect",
    "EnvelopedView",
    "Fault",
    "FlatView",
    "InvalidQuery",
    "MemoView",
    "Message",
    "Problem",
    "problem_of",
    "raises",
    "translate",
]
