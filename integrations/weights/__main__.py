"""`python -m integrations.weights fetch|verify [--to FOLDER] [--all] [NAME ...]`; exits 0 if complete."""

import argparse
import os
import sys
from pathlib import Path

from . import fetch, manifest

CHECKOUT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    parser = _parser()
    chosen = parser.parse_intermixed_args(arguments)
    unknown = set(chosen.names) - _by_name().keys()
    if unknown:
        parser.error(
            f"no such model: {', '.join(sorted(unknown))} (there are: {', '.join(sorted(_by_name()))})"
        )
    work = {"fetch": fetch.fetch, "verify": fetch.verify}[chosen.command]
    return 0 if work(_models(chosen), chosen.to, _say) else 1


def default_folder() -> Path:
    """`WEIGHTS_DIR`, or `weights` beside manage.py."""
    return Path(os.environ.get("WEIGHTS_DIR") or CHECKOUT / "weights")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m integrations.weights",
        description="Fetch or verify the weights of local engines.",
    )
    parser.add_argument("command", choices=["fetch", "verify"])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(sorted(_by_name())))
    parser.add_argument("--to", type=Path, default=default_folder(), help="folder (default: %(default)s)")
    parser.add_argument("--all", action="store_true", help="also the optional models")
    return parser


def _by_name() -> dict[str, manifest.Weights]:
    return {model.name: model for model in manifest.load()}


def _models(chosen: argparse.Namespace) -> list[manifest.Weights]:
    if chosen.names:
        return [_by_name()[name] for name in chosen.names]
    return [model for model in manifest.load() if chosen.all or not model.optional]


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
