"""How the local diarizer works, on whole recordings and live; filled in by the provider registry."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    weights: str
    """Folder with the two networks and the numbers of the analysis."""
    threads: int = 0
    """Threads per network; 0 leaves the number to onnxruntime."""
    step: float = 2.5
    """Seconds between windows of 10 s: less is finer and costs more."""
    live_step: float = 5.0
    """The same of live streams, at most 10 s; all that was heard is grouped anew at each step."""
    threshold: float = 0.7
    """Mean cosine distance up to which embeddings start out as one voice."""
    evidence: float = 0.085
    """VBx's Fa for a long recording and a step of 2.5 s, scaled with the step: more finds more speakers."""
    restraint: float = 0.8
    """VBx's Fb: more finds fewer speakers."""
    longest_gap: float = 0.5
    """Seconds of pause within one turn."""
    shortest_turn: float = 0.1
    shortest_speaker: float = 1.0
    """Seconds of speech in total below which a voice is taken for the nearest other one."""
