"""`python -m benchmarks.live [PART...]`: rooms and live audio under load, one table a part.

Most start the product on a folder of its own, in one uvicorn process on this machine, and talk to it over
real sockets; `diarization` needs the data in BENCH_DATA. Exits with 1 where something is lost.
"""

import argparse
import subprocess
import sys

PARTS = {
    "fanout": "benchmarks.live_fanout",
    "idle": "benchmarks.live_idle",
    "ingest": "benchmarks.live_ingest",
    "streams": "benchmarks.live_streams",
    "speech": "benchmarks.live_speech",
    "diarization": "benchmarks.live_diarization",
}
"""What is run without arguments, by the part's name; each has some of its own."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    chosen = parser.parse_args(arguments)
    if unknown := [part for part in chosen.parts if part not in PARTS]:
        parser.error(f"there is no part {', '.join(unknown)}")
    status = 0
    for part in chosen.parts or PARTS:
        print(f"--- {part}: python -m {PARTS[part]}", flush=True)
        status |= subprocess.run([sys.executable, "-m", PARTS[part]]).returncode
    return status


if __name__ == "__main__":
    sys.exit(main())
