"""A figure beside what it must reach; `quality` makes them and prints them as one table."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    name: str
    value: float
    reference: float | None = None
    """What was measured when the engines were chosen; None where nothing was."""
    limit: float | None = None
    """What the value must reach, or must not exceed; None for a figure that is only shown."""
    higher: bool = True
    """Whether more is better."""
    digits: int = 1

    @property
    def is_met(self) -> bool:
        if self.limit is None:
            return True
        better = self.value - self.limit if self.higher else self.limit - self.value
        return better >= -(0.5 * 10**-self.digits)

    def line(self) -> str:
        verdict = "" if self.limit is None else "pass" if self.is_met else "MISSED"
        bound = "" if self.limit is None else f"{'>=' if self.higher else '<='} {self._written(self.limit)}"
        reference = "" if self.reference is None else self._written(self.reference)
        return (
            f"{self.name:46} {self._written(self.value):>8} {reference:>10} {bound:>10}  {verdict}".rstrip()
        )

    def _written(self, number: float) -> str:
        return f"{number:.{self.digits}f}"


HEAD = f"{'':46} {'measured':>8} {'reference':>10} {'bar':>10}"


def show(title: str, bars: Iterable[Bar]) -> list[Bar]:
    """Print one section, each bar as soon as it is measured, and give its bars back."""
    print(title, flush=True)
    printed = []
    for bar in bars:
        print(f"  {bar.line()}", flush=True)
        printed.append(bar)
    return printed
