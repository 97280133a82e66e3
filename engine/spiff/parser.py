"""From files to something that runs: the library's parser with the engine's own elements."""

from __future__ import annotations

import functools
import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, _EndJoin
from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway, ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins import NoneTaskMixin as NoneTask
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.parser.task_spec import ServiceTaskParser

from engine.spiff.ad_hoc import AdHocParser, AdHocProcessParser, EngineAdHocSubprocess
from engine.spiff.compensation import add_specs
from engine.spiff.compensation_parsing import CompensationParsing
from engine.spiff.complex_gateway import ComplexGatewayParser, EngineComplexGateway
from engine.spiff.data_parsing import DataParsing, properties_of
from engine.spiff.decisions import Decision, compile_table
from engine.spiff.event_parsers import EVENT_PARSERS
from engine.spiff.flows import FlowParsing
from engine.spiff.groups import LaneParsing
from engine.spiff.joins import EngineEndJoin, EngineInclusiveGateway, EngineParallelGateway
from engine.spiff.quantities import QuantityParsing
from engine.spiff.repeated import RepeatParsing
from engine.spiff.services import EngineServiceTask
from engine.spiff.sharing import is_conditional
from engine.spiff.skipping import Question, Spot, question_about
from engine.spiff.starting import EngineProcessParser, EngineStart, StartTrigger, starts_plainly, triggers_of
from engine.spiff.stores import Store, note_users, stores_in
from engine.spiff.transaction import CancelParsing

# The library's parser calls itself for each element that follows another.
PARSE_RECURSION_LIMIT = 60_000

# Specs that the library creates itself get the engine's behaviour after parsing.
REPLACED = {
    _EndJoin: EngineEndJoin,
    ParallelGateway: EngineParallelGateway,
    InclusiveGateway: EngineInclusiveGateway,
    BpmnStartTask: EngineStart,
}


class EngineParser(SpiffBpmnParser):
    """SpiffWorkflow's parser for its own dialect, with the engine's elements put in.

    The library orders a gateway's conditions by where their targets are drawn; here they keep
    the order of the file, so that moving a shape changes nothing.
    """

    PROCESS_PARSER_CLASS = EngineProcessParser

    OVERRIDE_PARSER_CLASSES = SpiffBpmnParser.OVERRIDE_PARSER_CLASSES | {
        full_tag("serviceTask"): (ServiceTaskParser, EngineServiceTask),
        full_tag("adHocSubProcess"): (AdHocParser, EngineAdHocSubprocess),
        full_tag("complexGateway"): (ComplexGatewayParser, EngineComplexGateway),
        **{full_tag(kind): classes for kind, classes in EVENT_PARSERS.items()},
    }

    AD_HOC_PARSER_CLASS = AdHocProcessParser

    def _get_parser_class(self, tag: str) -> tuple[Any, Any]:
        parser, spec_class = super()._get_parser_class(tag)
        return (None, None) if parser is None else (_with_additions(parser), spec_class)

    def _add_diagram_indexes(self, bpmn: Any) -> None:
        super()._add_diagram_indexes(bpmn)
        for positions in self.document_positions.values():
            positions.clear()

    def _add_data_stores(self, bpmn: Any) -> None:
        """Nothing for the library to do: it wants a class of the host for each data store."""


# What is mixed into each of the library's parsers.
ADDITIONS = (
    CancelParsing,
    CompensationParsing,
    QuantityParsing,
    FlowParsing,
    DataParsing,
    RepeatParsing,
    LaneParsing,
)


@functools.cache
def _with_additions(parser: type[Any]) -> type[Any]:
    """One of the library's parsers, with what this engine adds to each element."""
    return type(
        parser.__name__,
        (*ADDITIONS, parser),
        {},
    )


@dataclass(frozen=True)
class Program:
    """A parsed bundle: specs are shared by all instances and never change.

    Attributes:
        specs: By process id, embedded subprocesses included.
        names: The processes that can be started, by id, with their names.
        decisions: The decision tables by id.
        stores: The data stores that the files declare, by id.
    """

    specs: Mapping[str, Any]
    names: Mapping[str, str]
    decisions: Mapping[str, Decision]
    stores: Mapping[str, Store] = field(default_factory=dict)

    def triggers(self, process_id: str) -> tuple[StartTrigger, ...]:
        """What starts a process from outside."""
        return triggers_of(self.specs[process_id])

    def starts_plainly(self, process_id: str) -> bool:
        """Whether a process can be started by its id."""
        return starts_plainly(self.specs[process_id])

    def question_about(self, spot: Spot) -> Question | str:
        """What can be answered in place of something that failed, or a code that says why nothing can."""
        wanted = [self.specs[spot.scope]] if spot.scope in self.specs else self.specs.values()
        found = (spec.task_specs[spot.spec] for spec in wanted if spot.spec in spec.task_specs)
        return next((question_about(spec, spot.phase) for spec in found), "not_an_element")


def parse(files: Mapping[str, str]) -> Program:
    """Parse the BPMN and DMN files of a bundle.

    Args:
        files: File name to text; others than ``.bpmn`` and ``.dmn`` are passed over.

    Raises:
        Exception: The library's, for what it can't parse; the linter goes first.
    """
    parser = EngineParser()
    stores: dict[str, Store] = {}
    for name, text in sorted(files.items()):
        if name.endswith(".dmn"):
            parser.add_dmn_xml(secure_xml(text), name)
        elif name.endswith(".bpmn"):
            root = secure_xml(text)
            stores |= {store.id: store for store in stores_in(root)}
            parser.add_bpmn_xml(root, name)
    with _deep_recursion():
        names = {
            pid: parser.get_process_parser(pid).node.get("name") or pid for pid in parser.get_process_ids()
        }
        specs: dict[str, Any] = {}
        for process_id in names:
            specs[process_id] = parser.get_spec(process_id)
            specs[process_id].properties = properties_of(parser.get_process_parser(process_id).node)
            parser.get_subprocess_specs(process_id, specs=specs)
    decisions = {}
    for decision_id, decision_parser in parser.dmn_parsers.items():
        decision_parser.parse()
        table = decision_parser.decision.decisionTables[0]
        decisions[decision_id] = compile_table(
            decision_id, decision_parser.decision.name or decision_id, table
        )
    for spec in specs.values():
        _finish(spec, decisions)
    note_users(specs)
    return Program(specs, names, decisions, stores)


def _finish(spec: Any, decisions: Mapping[str, Decision]) -> None:
    """Put the engine's behaviour into a spec that the library built."""
    add_specs(spec)
    for task_spec in spec.task_specs.values():
        replacement = REPLACED.get(type(task_spec))
        if replacement is not None:
            task_spec.__class__ = replacement
        if isinstance(task_spec, NoneTask):
            task_spec.manual = False  # the library waits for a person where nothing is to be done
        task_spec.conditional = is_conditional(task_spec)
        if isinstance(task_spec, MultiChoice):
            task_spec.creates_children = False
        engine = getattr(task_spec, "dmnEngine", None)
        if engine is not None:
            task_spec.dmnEngine = decisions[_decision_of(task_spec)]
        if isinstance(task_spec, LoopTask) and hasattr(task_spec, "merge_child"):
            # The library connects this only while it creates a child, which a loaded instance doesn't.
            spec.task_specs[task_spec.task_spec].completed_event.connect(task_spec.merge_child)
        task_spec._predict = _never_predict


def _decision_of(task_spec: Any) -> str:
    return str(task_spec.extensions["calledDecisionId"])


def _never_predict(*arguments: Any, **options: Any) -> None:
    """Children are created when a task completes, so nothing has to be foreseen."""


def secure_xml(text: str) -> Any:
    """Parse XML with entities and external documents switched off, and comments left out.

    Raises:
        lxml.etree.XMLSyntaxError: If it isn't well-formed.
    """
    options = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    return etree.parse(io.BytesIO(text.encode()), options).getroot()


@contextmanager
def _deep_recursion() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, PARSE_RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


__all__ = ["EngineParser", "Program", "parse", "secure_xml"]
