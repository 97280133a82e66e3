"""Repeated activities: standard loops and multi-instance.

SpiffWorkflow stalls on an item that is None and on a cardinality below zero, refuses a second
round through a diagram's loop because the results of the first are there, lets an item or a
list that got shorter reappear when an instance's variables are merged, and gives a completion
condition none of the standard's counts. Here, as BPMN 2.0 section 13.3.7 says, the instances
are counted when the activity starts; what happens to the collection afterwards changes nothing.

A completion condition reads ``numberOfInstances``, ``numberOfActiveInstances``,
``numberOfCompletedInstances``, ``numberOfTerminatedInstances`` and ``loopCounter`` (of the instance
that has just completed, from 0), beside the variables of the activity and of that instance.

With a behaviour other than All the activity throws something as instances complete; see ``behaviours``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.spiff.specs.defaults import StandardLoopTask
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from engine.spiff.behaviours import Throw, give, throws_of
from engine.spiff.language import evaluate
from engine.spiff.merging import View, copy_json, merge, without
from engine.spiff.objects import visible_objects, with_objects
from engine.spiff.skipping import Progress
from engine.spiff.task import (
    AGAIN,
    ENOUGH,
    FINISHED,
    FUTURE,
    GATHERED,
    READY,
    STARTED,
    THROW,
    EngineTask,
)

# More would be no work for people, and too much for one state.
MAX_INSTANCES = 10_000


class RepetitionInvalid(ValueError):
    """What an activity is to be repeated over, or what an instance gave, can't be used."""


class EngineStandardLoop(StandardLoopTask):
    """A loop whose rounds follow each other, so that each has the variables of the one before."""

    def create_child(self, my_task: EngineTask) -> None:
        """Begin a round; the library's would wait already before it was come to."""
        child = my_task._add_child(my_task.workflow.spec.task_specs[self.task_spec], FUTURE)
        child.triggered = True
        child.internal_data["iteration"] = len(self._merged_children(my_task))
        child.enter()

    def loop_complete(self, my_task: EngineTask) -> bool:
        """Whether there is no further round; at the maximum the condition isn't asked any more."""
        if self.maximum is not None and len(self._merged_children(my_task)) >= self.maximum:
            return True
        if self.condition is None:
            return False
        workflow = my_task.workflow
        progress: Progress = workflow.top_workflow.progress
        again = progress.decide(
            my_task, AGAIN, lambda: workflow.script_engine.evaluate(my_task, self.condition)
        )
        return not again

    def merge_child(self, workflow: Any, child: EngineTask) -> None:
        """Take over a round's variables, and go round again or end."""
        child.parent.report(merge([child.view()]))
        super().merge_child(workflow, child)


class EngineMultiInstance(MultiInstanceTask, SpiffBpmnTask):
    """Instances of an activity, one for each item; they stand below its task as children.

    Attributes:
        behavior: For which instances it throws: ``All`` (none), ``None`` (each), ``One`` or ``Complex``.
        throws: What it throws then.

    The task remembers ``total``, ``completed`` and ``terminated``, and of a sequential activity the
    ``items`` that are still to come.
    """

    sequential = False
    behavior = "All"
    throws: tuple[Throw, ...] = ()

    def _update_hook(self, my_task: EngineTask) -> bool:
        super(MultiInstanceTask, self)._update_hook(
            my_task
        )  # not the library's: it would create the instances
        items = list(self._items(my_task))
        my_task.internal_data.update(total=len(items), completed=0, terminated=0)
        self._prepare_output(my_task)
        if not items:
            return True
        my_task._set_state(STARTED)
        now = items[:1] if self.sequential else items
        if self.sequential:
            my_task.internal_data["items"] = items[1:]
        for key, item in now:
            self._create(my_task, key, item)
        return False

    def _items(self, my_task: EngineTask) -> Iterator[list[Any]]:
        """The key or the index of each instance, and its item."""
        if self.data_input is None:
            count = my_task.workflow.script_engine.evaluate(my_task, self.cardinality)
            if type(count) is not int or not 0 <= count <= MAX_INSTANCES:
                raise RepetitionInvalid(f"{count!r} is no whole number from 0 to {MAX_INSTANCES}")
            yield from ([index, index] for index in range(count))
            return
        name = self.data_input.bpmn_id
        collection = with_objects(my_task.data, visible_objects(my_task)).get(name)
        if not isinstance(collection, list | dict):
            raise RepetitionInvalid(f"{name} is no list and no object")
        if len(collection) > MAX_INSTANCES:
            raise RepetitionInvalid(f"{name} has {len(collection)} items; {MAX_INSTANCES} are allowed")
        keyed = collection.items() if isinstance(collection, dict) else enumerate(collection)
        yield from ([key, copy_json(item)] for key, item in keyed)

    def _prepare_output(self, my_task: EngineTask) -> None:
        """Begin with no results, unless they replace the items, or are put into an object by their keys."""
        if self.data_output is None:
            return
        name, source = self.data_output.bpmn_id, self.data_input and self.data_input.bpmn_id
        if name != source and not isinstance(my_task.data.get(name), dict):
            my_task.data[name] = {} if isinstance(my_task.data.get(source), dict) else []

    def _create(self, my_task: EngineTask, key: Any, item: Any) -> None:
        spec = my_task.workflow.spec.task_specs[self.task_spec]
        child = my_task._add_child(spec, FUTURE)
        child.triggered = True
        child.internal_data.update(key_or_index=key, number=self._created(my_task))
        if self.input_item is not None:
            child.preset = {self.input_item.bpmn_id: copy_json(item)}
        child.enter()

    def _created(self, my_task: EngineTask) -> int:
        """How many instances there were before one that is created now."""
        return int(my_task.internal_data["completed"]) if self.sequential else len(my_task._children) - 1

    def merge_child(self, workflow: Any, child: EngineTask) -> None:
        """Take an instance's result, and go on: with the next, or behind the activity."""
        my_task = child.parent
        counts = self._counts(my_task)
        self._take(my_task, child)
        counts["completed"] += 1
        self._announce(my_task, child)
        if self._is_enough(my_task, child):
            running = [c for c in my_task.children if not c.has_state(FINISHED)]
            counts["terminated"] = counts["total"] - counts["completed"]
            counts.pop("items", None)
            for instance in running:
                instance.cancel()
            self._end(my_task)
        elif counts.get("items"):
            key, item = counts["items"].pop(0)
            self._create(my_task, key, item)
        elif counts["completed"] + counts["terminated"] >= counts["total"]:
            self._end(my_task)

    def _end(self, my_task: EngineTask) -> None:
        """Go on behind the activity, with what its instances have written."""
        if GATHERED in my_task.internal_data:
            my_task.report(View(*my_task.internal_data.pop(GATHERED)))
        my_task._set_state(READY)

    def _take(self, my_task: EngineTask, child: EngineTask) -> None:
        if self.data_output is None or self.output_item is None:
            # Others may still run, which have what the activity had when they were created.
            taken = merge([my_task.view(), without(child.view(), self._own())])
            if self.sequential:
                my_task.report(taken)
            else:
                my_task.internal_data[GATHERED] = [taken.data, dict(taken.stamps)]
            return
        name = self.output_item.bpmn_id
        if name not in child.data:
            raise RepetitionInvalid(f"an instance gave no {name}")
        results, key = my_task.data[self.data_output.bpmn_id], child.internal_data.get("key_or_index")
        in_place = self.data_input is not None and self.data_input.bpmn_id == self.data_output.bpmn_id
        if isinstance(results, dict) or in_place:
            results[key] = copy_json(child.data[name])
        else:
            results.append(copy_json(child.data[name]))

    def _own(self) -> set[str]:
        """What is a variable of each instance alone."""
        return set() if self.input_item is None else {self.input_item.bpmn_id}

    def _is_enough(self, my_task: EngineTask, child: EngineTask) -> bool:
        """Whether the completion condition holds."""
        return self.condition is not None and self._holds(my_task, child, ENOUGH, self.condition)

    def _announce(self, my_task: EngineTask, child: EngineTask) -> None:
        """Throw what is to be thrown when an instance completes."""
        if self.behavior == "One" and my_task.internal_data["completed"] > 1:
            return
        for throw in self.throws:
            if throw.condition is None or self._holds(my_task, child, THROW, throw.condition):
                give(my_task, throw.definition, self._variables(my_task, child))

    def _holds(self, my_task: EngineTask, child: EngineTask, decides: str, condition: str) -> bool:
        progress: Progress = my_task.workflow.top_workflow.progress
        return progress.decide(my_task, decides, lambda: self._evaluate(my_task, child, condition))

    def _evaluate(self, my_task: EngineTask, child: EngineTask, expression: str) -> Any:
        counts = my_task.internal_data
        running = 0 if self.sequential else counts["total"] - counts["completed"] - counts["terminated"]
        known = {
            "numberOfInstances": counts["total"],
            "numberOfActiveInstances": running,
            "numberOfCompletedInstances": counts["completed"],
            "numberOfTerminatedInstances": counts["terminated"],
            "loopCounter": child.internal_data.get("number", 0),
        }
        return evaluate(expression, self._variables(my_task, child), known)

    def _variables(self, my_task: EngineTask, child: EngineTask) -> dict[str, Any]:
        """The variables of the activity and of an instance that has completed."""
        gathered = my_task.internal_data.get(GATHERED)
        if gathered is not None:
            now = gathered[0] | {name: child.data.get(name) for name in self._own()}
        else:
            now = my_task.data | child.data
        return with_objects(now, visible_objects(my_task))

    def _counts(self, my_task: EngineTask) -> dict[str, Any]:
        """What the task remembers; a state of format 1 has the library's counts in its place."""
        counts = my_task.internal_data
        merged = counts.pop("merged", None)
        if merged is not None:
            running = [c for c in my_task.children if c.triggered and str(c.id) not in merged]
            items: list[list[Any]] = []
            if self.sequential and self.data_input is not None:
                collection = my_task.data[self.data_input.bpmn_id]
                items = [[key, copy_json(collection[key])] for key in counts.pop("remaining", ())]
            elif self.sequential:
                items = [[i, i] for i in range(counts.pop("current"), counts.pop("cardinality"))]
            counts.update(total=len(merged) + len(running) + len(items), completed=len(merged), terminated=0)
            if self.sequential:
                counts["items"] = items
        return counts


class EngineSequentialMultiInstance(EngineMultiInstance):
    """The same, one instance after the other."""

    sequential = True


class RepeatParsing(TaskParser):
    """Mixed into each of the library's parsers: which classes repeat an activity."""

    STANDARD_LOOP_CLASS = EngineStandardLoop
    PARALLEL_MI_CLASS = EngineMultiInstance
    SEQUENTIAL_MI_CLASS = EngineSequentialMultiInstance

    def _add_multiinstance_task(self, loop_characteristics: Any) -> None:
        super()._add_multiinstance_task(loop_characteristics)
        self.task.behavior = loop_characteristics.get("behavior", "All")
        self.task.throws = tuple(throws_of(self, loop_characteristics))

    def _copy_task_attrs(self, original: Any, loop_characteristics: Any) -> None:
        self.task.bpmn_name = original.bpmn_name
        super()._copy_task_attrs(original, loop_characteristics)


__all__ = ["EngineMultiInstance", "RepeatParsing", "RepetitionInvalid"]
