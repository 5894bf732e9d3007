"""`python -m benchmarks.live [PART...]`: rooms and live audio under load, one table a part.

Each part starts the product on a folder of its own, in one uvicorn process on this machine, and talks to it
over real sockets; the whole takes some minutes.
"""

import argparse
import importlib
import sys

PARTS = {
    "fanout": "benchmarks.live_fanout",
    "idle": "benchmarks.live_idle",
}
"""Module with a `run()` that prints its table and raises where something is lost, by the part's name."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    chosen = parser.parse_args(arguments)
    if unknown := [part for part in chosen.parts if part not in PARTS]:
        parser.error(f"there is no part {', '.join(unknown)}")
    for part in chosen.parts or PARTS:
        importlib.import_module(PARTS[part]).run()
        print(flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
