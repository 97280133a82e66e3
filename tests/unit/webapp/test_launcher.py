"""The launcher: readable by an old Python, and clear about what it lacks."""

from __future__ import annotations

import ast
import runpy
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from webapp.settings import PROJECT

LAUNCHER = PROJECT / "tuidan"
VersionInfo = namedtuple("VersionInfo", "major minor micro releaselevel serial")


@pytest.fixture
def launcher() -> dict[str, Any]:
    return runpy.run_path(str(LAUNCHER), run_name="launcher")


def test_an_old_python_can_read_it() -> None:
    ast.parse(LAUNCHER.read_text(), feature_version=(3, 7))


def test_it_imports_the_standard_library_alone() -> None:
    tree = ast.parse(LAUNCHER.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert names <= set(sys.stdlib_module_names)


def test_a_python_that_is_too_old_is_one_line_with_the_remedy(
    launcher: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", VersionInfo(3, 9, 2, "final", 0))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit) as ended:
        launcher["use_new_enough_python"]()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("tuidan: Python 3.9 is too old; install Python 3.11 or newer")
    assert said.count("\n") == 1


def test_a_newer_python_of_the_machine_is_used(
    launcher: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newer = tmp_path / "python3.12"
    newer.write_text("#!/bin/sh\n")
    newer.chmod(0o755)
    became: list[str] = []
    monkeypatch.setattr(sys, "version_info", VersionInfo(3, 9, 2, "final", 0))
    monkeypatch.setattr(sys, "argv", ["tuidan", "up"])
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("TUIDAN_PYTHON_TRIED", raising=False)

    def become(path: str, arguments: list[str]) -> None:
        became.extend([path, *arguments[2:]])
        raise SystemExit(0)

    monkeypatch.setattr("os.execv", become)
    with pytest.raises(SystemExit):
        launcher["use_new_enough_python"]()
    assert became == [str(newer), "up"]


def test_an_unchanged_lock_file_is_not_installed_again(
    launcher: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    space = launcher["install"].__globals__
    calls: list[list[str]] = []
    monkeypatch.setitem(space, "ROOT", str(tmp_path))
    monkeypatch.setitem(space, "VENV", str(tmp_path))
    monkeypatch.setitem(space, "UNFINISHED", str(tmp_path / "unfinished"))

    def call(command: list[str]) -> int:
        calls.append(command)
        return 0

    monkeypatch.setattr("subprocess.call", call)
    lock = tmp_path / "x.lock"
    lock.write_text("one==1\n")
    launcher["install"]("x.lock")
    launcher["install"]("x.lock")
    assert len(calls) == 1
    lock.write_text("one==2\n")
    launcher["install"]("x.lock")
    assert len(calls) == 2
    assert "--require-hashes" in calls[0]


def test_an_installation_that_fails_is_begun_again(
    launcher: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    space = launcher["install"].__globals__
    monkeypatch.setitem(space, "ROOT", str(tmp_path))
    monkeypatch.setitem(space, "VENV", str(tmp_path))
    monkeypatch.setitem(space, "UNFINISHED", str(tmp_path / "unfinished"))
    monkeypatch.setattr("subprocess.call", lambda _command: 1)
    (tmp_path / "x.lock").write_text("one==1\n")
    with pytest.raises(SystemExit):
        launcher["install"]("x.lock")
    assert not launcher["installed"]("x.lock")
    assert not launcher["works"](sys.executable)
