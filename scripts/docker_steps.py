"""Runs the Dockerfile without a container engine: every COPY and RUN of every stage, in an empty environment.

Called by `make docker-steps`. Each stage lives in a folder of its own that stands for the image's root;
absolute paths of the image (`/app`, `/data`) become folders below it, and a step sees only the variables that
the Dockerfile sets. At the end the image's command is started, without network where the kernel allows
that, and the HEALTHCHECK must pass. What it cannot show: the base image, USER, and layers.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
IMAGE_FOLDERS = ("/app", "/data")
START_SECONDS = 90
SERVING = {
    "SECRET_KEY": "only-for-this-rehearsal-and-long-enough",
    "ALLOWED_HOSTS": "meetings.test",
    "PORT": "8917",
}
IGNORED_INSTRUCTIONS = {"USER", "VOLUME", "EXPOSE"}


@dataclass
class Stage:
    """One stage: where its root is, the variables of its steps, and how it starts."""

    root: Path
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def real(self, path: str) -> str:
        """`path` of the image as a path of this machine."""
        return re.sub(rf"(?<![\w.])({'|'.join(IMAGE_FOLDERS)})(?=/|:|$)", rf"{self.root}\1", path)

    def environment(self) -> dict[str, str]:
        return {name: self.real(value) for name, value in self.variables.items()}


def instructions(text: str) -> list[tuple[str, str]]:
    """The (keyword, arguments) pairs of a Dockerfile, comments dropped and continued lines joined."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", lines)
    pairs = [line.strip().split(maxsplit=1) for line in joined.splitlines() if line.strip()]
    return [(keyword.upper(), rest) for keyword, rest in pairs]


def context(into: Path) -> Path:
    """The build context: what git knows of, less what .dockerignore leaves out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    ignored = [line.strip() for line in (CHECKOUT / ".dockerignore").read_text().splitlines()]
    rules = [line for line in ignored if line and not line.startswith("#")]
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).is_file() and not is_ignored(name, rules):
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, into / name)
    return into


def is_ignored(name: str, rules: list[str]) -> bool:
    """Whether .dockerignore leaves `name` out: the last rule that matches it or a folder of it decides."""
    ignored = False
    for rule in rules:
        wanted = rule.removeprefix("!").strip("/")
        pattern = re.escape(wanted).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
        pattern = re.sub(r"\\\[(.*?)\\\]", r"[\1]", pattern)
        if re.match(rf"{pattern}(?:/|$)", name):
            ignored = not rule.startswith("!")
    return ignored


class Rehearsal:
    """Carries the instructions out, stage by stage."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.context = context(work / "context")
        self.arguments: dict[str, str] = {}
        self.stages: dict[str, Stage] = {}
        self.stage: Stage | None = None
        self.seconds: list[tuple[str, float]] = []

    def run(self, text: str) -> Stage:
        for keyword, rest in instructions(text):
            if keyword in IGNORED_INSTRUCTIONS:
                continue
            print(f"    {keyword} {rest}", flush=True)
            getattr(self, f"do_{keyword.lower()}")(rest)
        return self.current

    @property
    def current(self) -> Stage:
        if self.stage is None:
            raise SystemExit("The Dockerfile has no FROM before this instruction.")
        return self.stage

    def do_arg(self, rest: str) -> None:
        name, _, default = rest.partition("=")
        self.arguments[name] = os.environ.get(name, default)
        if self.stage:
            self.stage.variables[name] = self.arguments[name]

    def do_from(self, rest: str) -> None:
        name = rest.split()[-1]
        if self.stage:  # every stage sees the same absolute paths, as in an engine
            self.stage.root.rename(self.work / f"done-{len(self.stages)}")
            self.stage.root = self.work / f"done-{len(self.stages)}"
        root = self.work / "root"
        (root / "app").mkdir(parents=True)
        python = Path(sys.base_prefix) / "bin"
        path = os.pathsep.join(map(str, (python, "/usr/local/bin", "/usr/bin", "/bin")))
        self.stage = self.stages[name] = Stage(root, root / "app", {"PATH": path, "HOME": str(self.work)})

    def do_workdir(self, rest: str) -> None:
        self.current.folder = Path(self.current.real(rest))
        self.current.folder.mkdir(parents=True, exist_ok=True)

    def do_env(self, rest: str) -> None:
        known = self.current.variables
        for name, value in re.findall(r"(\w+)=(\S+)", rest):
            known[name] = re.sub(r"\$\{?(\w+)\}?", lambda m: known.get(m[1], ""), value)

    def do_copy(self, rest: str) -> None:
        words = rest.split()
        source_root = self.context
        if words[0].startswith("--from="):
            source_root = self.stages[words.pop(0).removeprefix("--from=")].root
        *sources, target = words
        for source in sources:
            copy(source_root / source.lstrip("/"), self.current.folder / self.current.real(target))

    def do_run(self, rest: str) -> None:
        started = time.monotonic()
        environment = self.current.environment() | {"DATA_OWNER": str(os.getuid())}
        subprocess.run(["/bin/sh", "-c", rest], cwd=self.current.folder, env=environment, check=True)
        self.seconds.append((rest, time.monotonic() - started))

    def do_healthcheck(self, rest: str) -> None:
        self.current.health = json.loads(rest.partition("CMD")[2])

    def do_cmd(self, rest: str) -> None:
        self.current.command = json.loads(rest)


def copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def without_network(command: list[str]) -> tuple[list[str], bool]:
    """`command` in a network of its own that has only the loopback interface, where the kernel allows it."""
    private = ["unshare", "--net", "--map-root-user"]
    probe = subprocess.run([*private, "true"], capture_output=True) if shutil.which("unshare") else None
    if probe is None or probe.returncode:
        return command, False
    raise_loopback = (
        "import fcntl, os, socket, struct, sys\n"
        "request = struct.pack('16sh', b'lo', 1)  # SIOCSIFFLAGS, IFF_UP\n"
        "fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0x8914, request)\n"
        "os.execvp(sys.argv[1], sys.argv[1:])"
    )
    return [*private, sys.executable, "-c", raise_loopback, *command], True


def serve(stage: Stage) -> bool:
    """Start the image's command, wait for its HEALTHCHECK, stop it; returns whether it had no network."""
    environment = stage.environment() | SERVING
    script = "\n".join(
        [
            f"{' '.join(stage.command)} & server=$!",
            f"for second in $(seq {START_SECONDS}); do",
            "  kill -0 $server || exit 1",
            f"  if {' '.join(stage.health)}; then kill -TERM $server; wait $server; exit 0; fi",
            "  sleep 1",
            "done",
            "kill -KILL $server; exit 1",
        ]
    )
    command, private = without_network(["/bin/sh", "-c", script])
    subprocess.run(command, cwd=stage.folder, env=environment, check=True)
    return private


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="docker-steps-") as work:
        (Path(work) / "context").mkdir()
        rehearsal = Rehearsal(Path(work).resolve())
        image = rehearsal.run((CHECKOUT / "Dockerfile").read_text())
        private = serve(image)
    for step, seconds in rehearsal.seconds:
        print(f"docker-steps: {seconds:6.1f} s  RUN {step}")
    print(f"docker-steps: the command was healthy {'without network' if private else '(with network)'}")
    print("docker-steps: every step ran; the image itself was not built")
    return 0


if __name__ == "__main__":
    sys.exit(main())
