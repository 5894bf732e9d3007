"""`python -m scripts.demo [AUDIO]`: one recording, from the upload to the printed report.

Exit status 0 when the report is complete, 1 when it is not (a sentence says why), 130 after Ctrl-C.
"""

import argparse
import json
import os
import secrets
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from .client import Client, Refused
from .report import render
from .screen import Progress
from .server import CHECKOUT, NotStarted, Server

SAMPLE = CHECKOUT / "samples" / "weekly-sync.opus"
SAMPLE_FIELDS = {
    "title": "Weekly sync",
    "participants": json.dumps(
        [{"name": name, "email": f"{name.lower()}@example.com"} for name in ("Maya", "Daniel", "Sara")]
    ),
    "start_time": "2026-11-16T09:00:00",
    "timezone": "Europe/Berlin",
}
POLL_SECONDS = 0.5
COMPLETE_SECONDS = 600


class Incomplete(Exception):
    """The meeting ended without a complete report."""


def main() -> int:
    chosen = _arguments()
    data = Path(os.environ.get("DATA_DIR") or CHECKOUT / "var").resolve()
    signal.signal(signal.SIGTERM, _interrupt)
    started = time.monotonic()
    try:
        print("Starting the server")
        with Server(data) as server:
            _journey(server, data, chosen.audio)
    except (NotStarted, Refused, Incomplete, OSError) as problem:
        print(f"\nThe demo failed: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    print(f"Done in {time.monotonic() - started:.0f} s.")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make demo", description="A recording goes in, its report comes out."
    )
    parser.add_argument(
        "audio", nargs="?", type=_recording, default=SAMPLE, help="default: the shipped sample"
    )
    return parser.parse_args()


def _recording(path: str) -> Path:
    file = Path(path).expanduser()
    if not file.is_file():
        raise argparse.ArgumentTypeError(f"{path} is not a file")
    return file


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _journey(server: Server, data: Path, audio: Path) -> None:
    client = Client(server.host, server.port)
    account = _sign_in(client, data / "demo-account.json")
    print(f"Uploading {audio.name} ({audio.stat().st_size / 1e6:.1f} MB)")
    meeting_id = client.upload("/api/v1/mobile/meetings/", _fields(audio), "audio_file", audio)["id"]
    progress = Progress()
    _watch(server, client, meeting_id, progress)
    report = _complete(server, client, meeting_id, progress)
    meeting = client.get(f"/api/v1/meetings/{meeting_id}")
    print(render(meeting, report, client.everything(f"/api/v1/transcripts/{meeting_id}")))
    _look_further(account, meeting_id)
    if report["status"] != "completed":
        raise Incomplete(f"the report is {report['status']}; see the notices above")


def _sign_in(client: Client, kept: Path) -> dict:
    """Register the demo's account, or log in to the one that an earlier demo made in the same folder."""
    if kept.exists():
        account = json.loads(kept.read_text())
    else:
        account = {"username": "demo", "email": "demo@example.com", "password": secrets.token_urlsafe(12)}
        kept.touch(mode=0o600)
        kept.write_text(json.dumps(account))
    try:
        tokens = client.post("/api/v1/auth/register", account)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        tokens = client.post("/api/v1/auth/login", {name: account[name] for name in ("email", "password")})
    client.token = tokens["access_token"]
    return account


def _fields(audio: Path) -> dict[str, str]:
    if audio.resolve() == SAMPLE:
        return SAMPLE_FIELDS
    return {"title": audio.stem}


def _watch(server: Server, client: Client, meeting_id: str, progress: Progress) -> None:
    """Show the steps until the recording is understood. Raises Incomplete when it cannot be."""
    try:
        while True:
            server.assert_alive()
            meeting = client.get(f"/api/v1/meetings/{meeting_id}")
            progress.show(meeting["steps"])
            if meeting["processing_status"] not in {"PENDING", "PROCESSING"}:
                break
            time.sleep(POLL_SECONDS)
    finally:
        progress.close()
    if meeting["processing_status"] == "FAILED":
        raise Incomplete(meeting["error"] or "the recording could not be processed")


def _complete(server: Server, client: Client, meeting_id: str, progress: Progress) -> dict:
    """Release the outward steps and wait for the whole report."""
    report = client.post(f"/api/v1/meetings/{meeting_id}/complete", prefer="wait=60")
    deadline = time.monotonic() + COMPLETE_SECONDS
    while report["status"] == "processing" and time.monotonic() < deadline:
        server.assert_alive()
        time.sleep(POLL_SECONDS)
        report = client.get(f"/api/v1/meetings/{meeting_id}/report")
    progress.show(client.get(f"/api/v1/meetings/{meeting_id}")["steps"])
    progress.close()
    return report


def _look_further(account: dict, meeting_id: str) -> None:
    address = f"http://{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"
    print(
        f"""
To look further, `make run`, and then:
  this meeting   {address}/api/v1/meetings/{meeting_id}
  its report     {address}/api/v1/meetings/{meeting_id}/report
  the API        {address}/docs
  the admin      {address}/admin/ (`make admin` makes an account for it)
Sign in as {account["email"]} with the password {account["password"]}:
  curl -s {address}/api/v1/auth/login -H 'Content-Type: application/json' \\
    -d '{{"email": "{account["email"]}", "password": "{account["password"]}"}}'
"""
    )


if __name__ == "__main__":
    sys.exit(main())
