"""`make bench-quality`: how good the shipped default is, every quality bar in one table.

References are what the same methods reached when the engines were chosen (word-level figures carry about 2
points of noise, diarization on so little sound 5, F .03); a bar is its reference less that noise. Reads the
data of `data.toml` below BENCH_DATA; exits with 1 when a bar is missed.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence

from benchmarks import (
    assignees,
    data,
    diarization_error_rate,
    findings,
    pipeline,
    sample,
    summaries,
    word_error_rate,
)
from benchmarks.ami_text import Meeting, meetings
from benchmarks.bars import HEAD, Bar, show

WORDS, TURNS, F, POINTS = 2.0, 5.0, 0.03, 2.0
"""Noise of word error rate, diarization error rate, F and ROUGE."""
ABOVE_CONTROL = 4.0
"""Points by which a summary must beat its own templates around random content."""
WORD_ERRORS = {"read": 4.4, "ami": 32.6}
DIARIZATION = {"ami held out": 39.2, "mixed": 22.0}
FINDINGS = {"decisions": 0.28, "actions": 0.44, "problems": 0.24}
ROUGE = {"ROUGE-1": 40.9, "ROUGE-2": 10.3, "ROUGE-Lsum": 38.4}
CONTROL = {"ROUGE-1": 36.0, "ROUGE-2": 9.3, "ROUGE-Lsum": 33.0}
PRECISION, COVERAGE = 0.87, 0.59
Section = Callable[[], Iterator[Bar]]


def main() -> int:
    began = time.monotonic()
    data.folder("audio")
    corpus = list(meetings("dev"))
    with pipeline.opened() as product:
        sections: dict[str, Section] = {
            "The shipped sample, from its sound": lambda: _sample(product),
            "Speech": _speech,
            "Diarization": _diarization,
            "Summaries, AMI dev": lambda: _summaries(corpus),
            "Findings, AMI dev, window 15 s": lambda: _findings(corpus),
            "Owners of action items, AMI dev": lambda: _assignees(corpus),
        }
        print(f"  {HEAD}")
        bars = [bar for title, section in sections.items() for bar in show(title, section())]
    missed = [bar.name for bar in bars if not bar.is_met]
    measured = sum(bar.limit is not None for bar in bars)
    print(f"{measured - len(missed)} of {measured} bars met, in {time.monotonic() - began:.0f} s")
    if missed:
        print(f"missed: {'; '.join(missed)}")
    return 1 if missed else 0


def _sample(product: pipeline.Pipeline) -> Iterator[Bar]:
    meeting = product.take_in()
    product.work(meeting)
    judged = sample.judge(meeting)
    for name, found in (
        ("action items with owner and date", judged.actions),
        ("decisions", judged.decisions),
        ("open questions", judged.questions),
    ):
        yield Bar(name, found.right, found.expected, found.expected, digits=0)
        yield Bar(f"{name}, invented", found.invented, 0, 0, higher=False, digits=0)
    yield Bar("voices with a name", judged.names, len(pipeline.PEOPLE), len(pipeline.PEOPLE), digits=0)
    yield Bar("recognised words with the right name, %", 100 * judged.by_name, 100.0, 99.0)


def _speech() -> Iterator[Bar]:
    from integrations import registry

    speech = registry.engine("speech")
    for name, reference in WORD_ERRORS.items():
        found = word_error_rate.recognise(speech, data.audio_set(name))
        rate = 100 * found.errors.rate
        yield Bar(f"word error rate, {name}, %", rate, reference, reference + WORDS, higher=False)
        yield Bar(f"processor seconds a second, {name}", found.cpu / found.seconds, digits=3)
    invented = [text for texts in word_error_rate.invent(speech).values() for text in texts]
    yield Bar("texts heard where nobody speaks", len(invented), 0, 0, higher=False, digits=0)


def _diarization() -> Iterator[Bar]:
    from integrations import registry

    for name, cases in diarization_error_rate.sets().items():
        found = diarization_error_rate.diarize(registry.engine("diarization"), cases)
        reference = DIARIZATION.get(name)
        limit = None if reference is None else reference + TURNS
        yield Bar(
            f"diarization error rate, {name}, %", 100 * found.strict.rate, reference, limit, higher=False
        )
        yield Bar("  ±0.25 s and overlap left out, %", 100 * found.lenient.rate, higher=False)
        yield Bar("  speaker count, mean error", found.miscount, higher=False, digits=2)
        yield Bar("  processor seconds a second", found.cpu / found.seconds, digits=3)


def _summaries(corpus: Sequence[Meeting]) -> Iterator[Bar]:
    rows = summaries.scores(corpus)
    for place, (name, reference) in enumerate(ROUGE.items()):
        shipped, control = rows["shipped"][place], rows["control"][place]
        yield Bar(name, shipped, reference, reference - POINTS)
        yield Bar("  of the same templates at random", control, CONTROL[name])
        gain = reference - CONTROL[name]
        # Even the reference gains only 1 point of ROUGE-2.
        yield Bar("  gained", shipped - control, gain, ABOVE_CONTROL if gain >= ABOVE_CONTROL else None)


def _findings(corpus: Sequence[Meeting]) -> Iterator[Bar]:
    scores = findings.scores(corpus)
    for kind, reference in FINDINGS.items():
        best = scores[kind, f"top {findings.TOP[kind]}"]
        yield Bar(f"{kind}, F of the {findings.TOP[kind]} best", best.f, reference, reference - F, digits=3)
        yield Bar("  at random", scores[kind, "random"].f, digits=3)
        shipped = scores[kind, "shipped"]
        yield Bar(f"  F of what a report prints ({shipped.items:.1f})", shipped.f, digits=3)
        yield Bar("  its precision", shipped.precision, digits=3)


def _assignees(corpus: Sequence[Meeting]) -> Iterator[Bar]:
    found = assignees.judge(corpus)
    yield Bar("precision", found.precision, PRECISION, PRECISION - F, digits=2)
    yield Bar("coverage", found.coverage, COVERAGE, COVERAGE - F, digits=2)
    yield Bar("  precision of whoever spoke", found.speaker / max(1, found.total), 0.19, digits=2)


if __name__ == "__main__":
    sys.exit(main())
