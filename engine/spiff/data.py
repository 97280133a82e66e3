"""Data objects, properties, and what goes into an activity and comes out of it.

SpiffWorkflow moves data objects by their own names only, drops every other variable behind an
activity that has an ``ioSpecification``, and knows neither properties, transformations nor
assignments. Here, as BPMN 2.0 sections 10.4 and 13.3.2 say:

- A data object lives in the (sub)process that declares it. Expressions in its scope read it by
  its id; activities read it by an input association and write it by an output association. So do they
  with a data store, which outlives the process (``stores``); expressions don't read it.
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

from engine.spiff.language import evaluate
from engine.spiff.merging import copy_json, path_of
from engine.spiff.objects import holder, visible_objects, with_objects
from engine.spiff.stores import Store, Stores
from engine.spiff.task import EngineTask


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
        source_store: A data store that it comes from instead.
        target_store: A data store that it goes to instead.
        expression: Computes the value where it comes from.
    """

    source: str = ""
    target: str = ""
    source_object: str = ""
    target_object: str = ""
    source_store: Store | None = None
    target_store: Store | None = None
    expression: str | None = None
    optional: bool = False

    @property
    def kept_as(self) -> str:
        """The id of the data object or store that it goes to; empty if that is a variable."""
        return self.target_object if self.target_store is None else self.target_store.id

    def value(self, variables: dict[str, Any], objects: dict[str, Any], stores: Stores) -> Any:
        """The value that moves; None for one that is optional and missing.

        Raises:
            DataMissing: If the variable isn't there.
        """
        stored = {} if self.source_store is None else {self.source_store.id: stores.read(self.source_store)}
        if self.expression is not None:
            return evaluate(self.expression, with_objects(variables, objects), stored)
        if self.source_store is not None:
            return stored[self.source_store.id]
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
        stores = my_task.workflow.top_workflow.stores
        values = {transfer.target: transfer.value(outer, objects, stores) for transfer in self.inputs}
        fresh: dict[str, Any] = {} if self.isolated else copy_json(outer)
        my_task.data = fresh | dict.fromkeys(self.own - values.keys()) | values
        for name in self.brought:
            my_task.data.pop(name, None)

    def set(self, my_task: EngineTask) -> None:
        """Leave the activity."""
        outer = my_task.internal_data.pop("outer", None)
        outer = copy_json(my_task.parent.data) if outer is None else outer
        inner, objects = my_task.data, visible_objects(my_task)
        stores = my_task.workflow.top_workflow.stores
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
            value = transfer.value(inner, objects, stores)
            if transfer.target_store is not None:
                stores.write(transfer.target_store, value, my_task.task_spec.bpmn_id)
            elif transfer.target_object:
                holder(my_task, transfer.target_object)[transfer.target_object] = value
            elif transfer.source in inner or not transfer.optional:
                my_task.put({transfer.target: value})


__all__ = ["DataMapping", "DataMissing", "Transfer"]
