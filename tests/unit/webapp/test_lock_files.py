"""The lock files lock what pyproject.toml asks for, by hash, and name no machine."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from webapp.settings import PROJECT

PROJECT_FILE = tomllib.loads((PROJECT / "pyproject.toml").read_text())


def locked(name: str) -> dict[str, str]:
    text = (PROJECT / name).read_text()
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", text, re.MULTILINE))


def asked(name: str) -> list[str]:
    metadata = PROJECT_FILE["project"]
    match name:
        case "requirements.lock":
            return list(metadata["dependencies"])
        case "requirements-dev.lock":
            return [*metadata["dependencies"], *metadata["optional-dependencies"]["dev"]]
        case _:
            return list(PROJECT_FILE["dependency-groups"]["node"])


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"])
def test_a_lock_file_satisfies_what_is_asked_for(name: str) -> None:
    versions = locked(name)
    for text in asked(name):
        requirement = Requirement(text)
        version = versions.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in {name}"
        assert requirement.specifier.contains(version), f"{text}, but {name} has {version}"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"])
def test_every_package_has_hashes_and_no_address(name: str) -> None:
    text = (PROJECT / name).read_text()
    assert "://" not in text
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in entry, entry


def test_what_runs_is_the_same_with_and_without_the_tools() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()
