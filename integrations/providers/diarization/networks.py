"""The two community-1 networks on onnxruntime, loaded on first use and once per process; used by `local` and
`live`.

The models are pyannote/speaker-diarization-community-1 (Bredin 2023; Plaquet and Bredin 2023), CC BY 4.0.
"""

from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrations.errors import Misconfigured

from . import plda

FILES = ("segmentation.ort", "embedding.ort", *plda.FILES)
FETCH = "python -m integrations.weights fetch"

_loaded: dict[tuple[str, int], "Networks"] = {}
_loading = Lock()


def require(weights: Path) -> None:
    """Raise Misconfigured when a file is missing from the folder."""
    for name in FILES:
        if not (weights / name).is_file():
            raise Misconfigured(f"The diarization weights lack {name} in {weights}: run `{FETCH}`.")


def load(weights: str, threads: int) -> "Networks":
    """The process's one set of networks for these weights; `threads` 0 leaves the number to onnxruntime."""
    with _loading:
        key = (weights, threads)
        if key not in _loaded:
            require(Path(weights))
            _loaded[key] = Networks(Path(weights), threads)
        return _loaded[key]


class Networks:
    """Segmentation, embedding and the analysis that compares embeddings; safe in several threads."""

    def __init__(self, weights: Path, threads: int):
        self._weights = weights
        self._threads = threads

    def prepare(self) -> None:
        """Load now what would be loaded on first use. Raises Misconfigured."""
        for name in ("_segmentation", "_embedding", "plda"):
            getattr(self, name)

    def segment(self, samples: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Who of at most three local speakers talks, shape (589, 3), in 160,000 samples (10 s)."""
        (activity,) = self._segmentation.run(None, {"waveforms": samples[None, None]})
        return activity[0] > 0.5

    def embed(self, features: NDArray[np.float32], masks: NDArray[np.float32]) -> NDArray[np.float32]:
        """One 256-d vector per mask, shape (masks, 256), of filter banks (frames, 80).

        The network broadcasts one passage of features over all masks: it costs one pass, however many
        masks there are.
        """
        (vectors,) = self._embedding.run(None, {"fbank": features[None], "weights": masks})
        return vectors

    @cached_property
    def plda(self) -> plda.Plda:
        try:
            return plda.load(self._weights)
        except (OSError, ValueError) as error:
            raise Misconfigured(self._damaged("plda")) from error

    @cached_property
    def _segmentation(self) -> Any:
        return self._session("segmentation.ort")

    @cached_property
    def _embedding(self) -> Any:
        return self._session("embedding.ort")

    def _session(self, name: str) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            return onnxruntime.InferenceSession(
                str(self._weights / name), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise Misconfigured(self._damaged(name)) from error

    def _damaged(self, name: str) -> str:
        return f"The diarization weights {name} in {self._weights} do not load: run `{FETCH}`."
