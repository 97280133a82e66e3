"""Data stores: values that outlive the instances that read and write them.

SpiffWorkflow hands its data stores to code of the host, one class for each; it has no transaction that they
could take part in. Here, as BPMN 2.0 (section 10.4.1) says, activities and events read and write a store by
associations. What a step reads is looked up once, when it first touches a store; what it writes is kept here
and handed to the caller, which writes it down together with the step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lxml import etree
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask

from engine.spiff.merging import copy_json
from engine.values import JSON


class StoreFull(ValueError):
    """A data store is given more entries than its capacity, or something that has none."""


@dataclass(frozen=True, slots=True)
class Store:
    """A data store as a diagram declares it.

    Attributes:
        id: Its name for every diagram, whichever bundle it comes from.
        capacity: How many entries its list or object may have; None for any value.
    """

    id: str
    name: str
    capacity: int | None

    def check(self, value: JSON) -> None:
        """Refuse what it can't hold.

        Raises:
            StoreFull: Not a list or an object, or one of too many entries.
        """
        if self.capacity is None or value is None:
            return
        if not isinstance(value, list | dict):
            raise StoreFull(f"the data store {self.id} holds entries, and {type(value).__name__} has none")
        if len(value) > self.capacity:
            raise StoreFull(f"the data store {self.id} holds {self.capacity} entries, and not {len(value)}")


@dataclass(frozen=True, slots=True)
class StoredValue:
    """A value that an element has written to a store."""

    store: str
    value: JSON
    element_id: str


class StoreReader(Protocol):
    """What the caller of a step offers."""

    def read_stores(self, reading: frozenset[str], writing: frozenset[str]) -> Mapping[str, JSON]:
        """Return the values of stores; those that may be written are kept from others till the step ends."""
        ...


class Stores:
    """The data stores as one step sees them.

    Attributes:
        written: What has been written since the instance was loaded, the last value of each store.
    """

    def __init__(self, workflow: Any) -> None:
        self._workflow = workflow
        self._values: dict[str, JSON] | None = None
        self.written: dict[str, StoredValue] = {}

    def read(self, store: Store) -> JSON:
        """The value of a store; None before anything is written."""
        return copy_json(self._all().get(store.id))

    def write(self, store: Store, value: JSON, element_id: str) -> None:
        """Give a store a value.

        Raises:
            StoreFull: If it can't hold that.
        """
        store.check(value)
        self._all()[store.id] = copy_json(value)
        self.written[store.id] = StoredValue(store.id, copy_json(value), element_id)

    def _all(self) -> dict[str, JSON]:
        if self._values is None:
            use = [mapping for spec in self._workflow.spec.store_users for mapping in mappings_of(spec)]
            reading = frozenset(t.source_store.id for m in use for t in m.inputs if t.source_store)
            writing = frozenset(t.target_store.id for m in use for t in m.outputs if t.target_store)
            self._values = dict(self._workflow.context.read_stores(reading - writing, writing))
        return self._values


def mappings_of(spec: Any) -> Iterator[Any]:
    """The data mappings of a process's elements."""
    for element in spec.task_specs.values():
        yield from getattr(element, "data_input_associations", ())


def note_users(specs: Mapping[str, Any]) -> None:
    """Note for each process which processes it consists of, so that their stores are looked up together."""
    for spec in specs.values():
        found, todo = {spec.name: spec}, [spec]
        while todo:
            for element in todo.pop().task_specs.values():
                inner = specs.get(element.spec) if isinstance(element, SubWorkflowTask) else None
                if inner is not None and inner.name not in found:
                    found[inner.name] = inner
                    todo.append(inner)
        spec.store_users = tuple(found.values())


def stores_in(root: Any) -> Iterator[Store]:
    """The data stores that a BPMN file declares."""
    for element in root.iterfind(full_tag("dataStore")):
        capacity = element.get("capacity")
        name = element.get("name") or element.get("id")
        yield Store(element.get("id"), name, None if capacity is None else int(capacity))


def store_of(reference: Any) -> Store | None:
    """The store that an element of a diagram refers to; None if it is something else."""
    if reference is None or etree.QName(reference).localname != "dataStoreReference":
        return None
    wanted = str(reference.get("dataStoreRef")).split(":")[-1]
    return next(store for store in stores_in(reference.getroottree().getroot()) if store.id == wanted)
