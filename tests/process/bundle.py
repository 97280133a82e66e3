"""The product's own diagrams and tables, as the process tests run them: nothing but ``bpmn/``."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from lxml import etree

from engine.operations import OperationRegistry
from engine.spiff.parser import Program, parse, secure_xml
from processes.money.gateway import RefundGateway
from processes.operations import register_operations
from webapp.bundles import read_bundle

FOLDER = Path(__file__).parents[2] / "bpmn"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@dataclass(frozen=True)
class Flow:
    """One sequence flow of a diagram."""

    process_id: str
    id: str
    source: str
    target: str


@functools.cache
def files() -> dict[str, str]:
    """The bundle as it is deployed."""
    return read_bundle(FOLDER)


@functools.cache
def program(changed: tuple[tuple[str, str, str], ...] = ()) -> Program:
    """The parsed bundle.

    Args:
        changed: File, text, other text: what an analyst changed before deploying.
    """
    bundle = dict(files())
    for name, before, after in changed:
        assert bundle[name].count(before) == 1, f"{before!r} stands not once in {name}"
        bundle[name] = bundle[name].replace(before, after)
    return parse(bundle)


@functools.cache
def registry() -> OperationRegistry:
    """The product's operations: the tests answer in their place, but by their names and parameters."""
    operations = OperationRegistry()
    register_operations(operations, cast("RefundGateway", None))
    return operations


@functools.cache
def roots() -> dict[str, etree._Element]:
    """The parsed XML of each diagram, by file name."""
    return {name: secure_xml(text) for name, text in files().items() if name.endswith(".bpmn")}


@functools.cache
def flows() -> tuple[Flow, ...]:
    """Every sequence flow of every diagram, those in embedded subprocesses included."""
    found = []
    for root in roots().values():
        for element in root.iter(f"{BPMN}sequenceFlow"):
            owner = element.getparent()
            assert owner is not None
            found.append(
                Flow(
                    owner.get("id", ""),
                    element.get("id", ""),
                    element.get("sourceRef", ""),
                    element.get("targetRef", ""),
                )
            )
    return tuple(found)
