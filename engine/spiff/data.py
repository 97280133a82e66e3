"""Data objects, properties, and what goes into an activity and comes out of it.

SpiffWorkflow moves data objects by their own names only, drops every other variable behind an
activity that has an ``ioSpecification``, and knows neither properties, transformations nor
assignments. Here, as BPMN 2.0 sections 10.4 and 13.3.2 say:

- A data object lives in the (sub)process that declares it. Expressions in its scope read it by
  its id; activities read it by an input association and write it by an output association.
- An activity with an ``ioSpecification`` sees nothing but its inputs, and nothing leaves it but
  its outputs. An input or output that no association fills is the surrounding variable of its name.
- What an event brings is in its data outputs, and what it throws in its data inputs; they are moved by
  associations like those of an activity.
- A property of an activity or subprocess is a variable of its own; one of a process is a variable
  that is None until it is set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from engine.spiff.language import evaluate
from engine.spiff.merging import copy_json, path_of
from engine.spiff.objects import holder, visible_objects, with_objects
from engine.spiff.payloads import CATCHING, payload_variables, variable_of
from engine.spiff.task import EngineTask

# The name that modelers give to a property which only stands for the end of an association.
PLACEHOLDER = "__targetRef_placeholder"


class DataMissing(LookupError):
    """An activity needs a value that isn't there."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One value on its way into an activity or out of it.

    Attributes:
        source: A variable where the value comes from.
        target: A variable where it goes to.
        source_object: A data object that it comes from instead.
        target_object: A data object that it goes to instead.
        expression: Computes the value where it comes from.
    """

    source: str = ""
    target: str = ""
    source_object: str = ""
    target_object: str = ""
    expression: str | None = None
    optional: bool = False

    def value(self, variables: dict[str, Any], objects: dict[str, Any]) -> Any:
        """The value that moves; None for one that is optional and missing.

        Raises:
            DataMissing: If the variable isn't there.
        """
        if self.expression is not None:
            return evaluate(self.expression, with_objects(variables, objects))
        if self.source_object:
            return copy_json(objects.get(self.source_object))
        if self.source not in variables and not self.optional:
            raise DataMissing(f"there is no variable {self.source}")
        return copy_json(variables.get(self.source))


@dataclass(frozen=True, slots=True)
class DataMapping:
    """What an activity takes in and gives out; the library calls it as one of its associations.

    Attributes:
        isolated: Whether the activity sees nothing else.
        own: Variables that end with the activity.
        brought: Those of them that an event brings; of several things that can come, not all do.
    """

    inputs: tuple[Transfer, ...]
    outputs: tuple[Transfer, ...]
    own: frozenset[str]
    isolated: bool
    brought: frozenset[str] = frozenset()
    bpmn_id: str = ""

    def get(self, my_task: EngineTask) -> None:
        """Enter the activity."""
        outer, objects = my_task.data, visible_objects(my_task)
        if my_task.triggered:  # its parent isn't where its variables come from
            my_task.internal_data["outer"] = outer
        values = {transfer.target: transfer.value(outer, objects) for transfer in self.inputs}
        fresh: dict[str, Any] = {} if self.isolated else copy_json(outer)
        my_task.data = fresh | dict.fromkeys(self.own - values.keys()) | values
        for name in self.brought:
            my_task.data.pop(name, None)

    def set(self, my_task: EngineTask) -> None:
        """Leave the activity."""
        outer = my_task.internal_data.pop("outer", None)
        outer = copy_json(my_task.parent.data) if outer is None else outer
        inner, objects = my_task.data, visible_objects(my_task)
        if self.isolated:
            result = outer
        else:
            result = {name: value for name, value in inner.items() if name not in self.own}
            result |= {name: outer[name] for name in self.own if name in outer}
        own = {path_of(name) for name in self.own}
        my_task.touched = set() if self.isolated else my_task.touched - own
        my_task.data = result
        for transfer in self.outputs:
            if transfer.source in self.brought - inner.keys():
                continue
            value = transfer.value(inner, objects)
            if transfer.target_object:
                holder(my_task, transfer.target_object)[transfer.target_object] = value
            elif transfer.source in inner or not transfer.optional:
                my_task.put({transfer.target: value})


class DataParsing(TaskParser):
    """Mixed into each of the library's parsers: what an activity takes in and gives out."""

    def create_task(self) -> Any:
        """The element's spec, which knows the variables of what it brings or throws."""
        task = super().create_task()
        task.payloads = payload_variables(self.node)
        return task

    def parse_incoming_data_references(self) -> list[Any]:
        """The activity's mapping, if it has one."""
        mapping = self._mapping()
        return [] if mapping is None else [mapping]

    def parse_outgoing_data_references(self) -> list[Any]:
        """The same: it is called once before the activity and once behind it."""
        return self.parse_incoming_data_references()

    def parse_io_spec(self) -> None:
        """Nothing for the library to do."""

    def _mapping(self) -> DataMapping | None:
        specification = next(iter(self.xpath("./bpmn:ioSpecification")), None)
        incoming = self.xpath("./bpmn:dataInputAssociation")
        outgoing = self.xpath("./bpmn:dataOutputAssociation")
        properties = self.xpath("./bpmn:property")
        declaring = self.node if self.node.tag.endswith("Event") else specification
        items = [] if declaring is None else self._xpath(declaring, "./bpmn:dataInput | ./bpmn:dataOutput")
        if specification is None and not incoming and not outgoing and not properties and not items:
            return None
        inputs = [self._incoming(association) for association in incoming]
        outputs = [self._outgoing(association) for association in outgoing]
        if declaring is not None:
            taken = {transfer.target for transfer in inputs}
            inputs += [
                Transfer(source=name, target=name, optional=optional)
                for name, optional in self._declared(declaring, "Input")
                if name not in taken
            ]
            given = {transfer.source for transfer in outputs}
            outputs += [
                Transfer(source=name, target=name, optional=optional)
                for name, optional in self._declared(declaring, "Output")
                if name not in given
            ]
        own = {variable_of(p) for p in properties if p.get("name") != PLACEHOLDER}
        own |= {transfer.target for transfer in inputs}
        brought = set() if specification is not None else set(payload_variables(self.node)) - {""}
        catches = etree.QName(self.node).localname in CATCHING
        own |= brought
        named = outputs if not self.node.tag.endswith("Event") else [o for o in outputs if not o.expression]
        own |= {transfer.source for transfer in named if transfer.source == transfer.target_object}
        return DataMapping(
            tuple(inputs),
            tuple(outputs),
            frozenset(own - {""}),
            isolated=specification is not None,
            brought=frozenset(brought) if catches else frozenset(),
        )

    def _declared(self, specification: Any, kind: str) -> list[tuple[str, bool]]:
        """The variables of an activity's inputs or outputs, and whether each may be missing."""
        optional = {ref.text.strip() for ref in self._xpath(specification, f".//bpmn:optional{kind}Refs")}
        return [
            (variable_of(item), item.get("id") in optional)
            for item in self._xpath(specification, f"./bpmn:data{kind}")
        ]

    def _incoming(self, association: Any) -> Transfer:
        source, target = self._end(association, "sourceRef"), self._end(association, "targetRef")
        from_object = "" if source is None else _object_of(source)
        if target is None or target.get("name") == PLACEHOLDER:
            variable = from_object or variable_of(source)
        else:
            variable = variable_of(target)
        return Transfer(
            source="" if source is None or from_object else variable_of(source),
            source_object=from_object,
            target=variable,
            expression=self._expression(association),
        )

    def _outgoing(self, association: Any) -> Transfer:
        source, target = self._end(association, "sourceRef"), self._end(association, "targetRef")
        to_object = _object_of(target)
        variable = "" if to_object else variable_of(target)
        return Transfer(
            source=self._sole_payload() or to_object or variable if source is None else variable_of(source),
            target=variable,
            target_object=to_object,
            expression=self._expression(association),
        )

    def _sole_payload(self) -> str:
        """The variable of what an event brings; empty if it brings nothing, or several things."""
        names = [name for name in payload_variables(self.node) if name]
        return names[0] if len(names) == 1 and self.node.tag.endswith("Event") else ""

    def _expression(self, association: Any) -> str | None:
        for path in ("./bpmn:transformation", "./bpmn:assignment/bpmn:from"):
            for element in self._xpath(association, path):
                return str(element.text)
        return None

    def _end(self, association: Any, name: str) -> Any:
        """The element at one end of an association, sought from the inside out."""
        reference = next(iter(self._xpath(association, f"./bpmn:{name}")), None)
        parser = self.process_parser
        while reference is not None and parser is not None:
            found = parser.get_node_by_id(reference.text.strip())
            if found is not None:
                return found
            parser = parser.parent
        return None


def properties_of(process: Any) -> tuple[str, ...]:
    """The variables that a process declares by its properties."""
    return tuple(variable_of(found) for found in process.iterfind(full_tag("property")))


def _object_of(element: Any) -> str:
    """The id of the data object that an element refers to; empty if it is something else."""
    return str(element.get("dataObjectRef") or "")


__all__ = ["PLACEHOLDER", "DataMapping", "DataMissing", "DataParsing", "properties_of"]
