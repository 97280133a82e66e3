"""A Chromium for the browser tests, and fonts that can show Chinese."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.errors import Kind, TuidanError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class ChromiumMissing(TuidanError):
    """The browser tests need Chromium and a Chinese font; install them with: {command}."""

    code = "checks.chromium_missing"
    kind = Kind.UNAVAILABLE


def find() -> str | None:
    """Return the path of a Chromium: the one of ``TUIDAN_CHROMIUM``, or the first on PATH."""
    named = os.environ.get("TUIDAN_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def has_chinese_font() -> bool:
    """Whether text in Chinese shows as characters, not as boxes."""
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    return bool(
        subprocess.run([lister, ":lang=zh", "family"], capture_output=True, check=False).stdout.strip()
    )


def ensure(say: Callable[[str], None]) -> str:
    """Return the path of a Chromium, installed if need be and if we may.

    Args:
        say: Shows a line of progress.

    Raises:
        ChromiumMissing: There is none, and installing it is for someone else to do.
    """
    packages = [] if find() else ["chromium"]
    if not has_chinese_font():
        packages += ["fontconfig", "fonts-noto-cjk"]
    if packages:
        _install(packages, say)
    path = find()
    if path is None or not has_chinese_font():
        raise ChromiumMissing(command=_command(packages))
    return path


def _command(packages: Sequence[str]) -> str:
    return "apt-get update && apt-get install -y " + " ".join(packages)


def _install(packages: Sequence[str], say: Callable[[str], None]) -> None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ChromiumMissing(command=_command(packages))
    say(f"installing {', '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            say(
                (done.stderr or done.stdout).strip().splitlines()[-1]
                if done.stderr or done.stdout
                else "failed"
            )
            raise ChromiumMissing(command=_command(packages))
