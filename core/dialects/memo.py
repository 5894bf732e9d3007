"""The memo dialect (memo.md): flat objects and errors, pages in a wrapper of their own."""

from core.errors import Kind

from .flat import Flat


class Memo(Flat):
    """Differs from `flat` in its pages and words for things, not in how errors are written."""

    name = "memo"

    def error_component(self, kind: Kind) -> str:
        return "MemoInvalid" if kind is Kind.INVALID else "MemoError"


MEMO = Memo()
