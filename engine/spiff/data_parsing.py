"""Reading from a diagram what elements take in and give out; ``data`` does it."""

from __future__ import annotations

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from engine.spiff.data import DataMapping, Transfer
from engine.spiff.payloads import CATCHING, payload_variables, variable_of
from engine.spiff.stores import store_of

# The name that modelers give to a property which only stands for the end of an association.
PLACEHOLDER = "__targetRef_placeholder"


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
        own |= {transfer.source for transfer in named if transfer.source == transfer.kept_as}
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
        from_object, from_store = "" if source is None else _object_of(source), store_of(source)
        if target is None or target.get("name") == PLACEHOLDER:
            variable = from_object or (from_store.id if from_store else variable_of(source))
        else:
            variable = variable_of(target)
        return Transfer(
            source="" if source is None or from_object or from_store else variable_of(source),
            source_object=from_object,
            source_store=from_store,
            target=variable,
            expression=self._expression(association),
        )

    def _outgoing(self, association: Any) -> Transfer:
        source, target = self._end(association, "sourceRef"), self._end(association, "targetRef")
        to_object, to_store = _object_of(target), store_of(target)
        kept_as = to_object or (to_store.id if to_store else "")
        variable = "" if kept_as else variable_of(target)
        return Transfer(
            source=self._sole_payload() or kept_as or variable if source is None else variable_of(source),
            target=variable,
            target_object=to_object,
            target_store=to_store,
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


__all__ = ["PLACEHOLDER", "DataParsing", "properties_of"]
