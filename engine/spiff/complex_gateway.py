"""Complex gateways: a condition over the tokens says when they fire.

SpiffWorkflow has none. BPMN 2.0 (section 13.4.5): while it waits for its start, the gateway fires
as soon as its activation condition holds, and takes one token from each flow that has one. Then
it waits for its reset: for a token on each other flow, unless none can come any more, as an
inclusive gateway decides that. On the reset it takes those, and may give tokens once more.

The activation condition is asked whenever a token comes, and once for the tokens that a reset leaves over.

Expressions read ``activationCount`` (the flows that have a token), ``incoming`` (how many tokens
each has, by the flow's id) and ``waitingForStart``. A flow without a condition is the default:
it gets a token when the gateway fires and no condition holds, and none on the reset.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser
from SpiffWorkflow.bpmn.parser.util import first
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.task import TaskState

from engine.spiff.flows import NoWayOut
from engine.spiff.joins import EngineInclusiveGateway, consume
from engine.spiff.language import evaluate
from engine.spiff.objects import visible_objects, with_objects
from engine.spiff.task import FIRE, READY, WAITING, EngineTask

# The variables that only this gateway's expressions know.
VARIABLES = ("activationCount", "incoming", "waitingForStart")

# The last of the tokens that a reset has left over: the activation condition is asked for them once more.
LEFT = "left"


class EngineComplexGateway(EngineInclusiveGateway):
    """Waits for its start; a hidden task below it then waits for its reset.

    Attributes:
        activation: The activation condition.
        incoming_flows: The id of the flow from each element before it.
    """

    def __init__(self, wf_spec: Any, name: str, activation: str, **options: Any) -> None:
        super().__init__(wf_spec, name, **options)
        self.activation = activation
        self.incoming_flows: dict[str, str] = {}
        self.reset = ComplexGatewayReset(wf_spec, f"{name}.Reset", self)

    def note_incoming(self, source: str, flow_id: str) -> None:
        """Remember by which flow a token comes from an element."""
        self.incoming_flows[source] = flow_id

    def _update_hook(self, my_task: EngineTask) -> bool:
        if my_task.internal_data.get("resets"):
            return True
        unfinished = my_task.workflow.unfinished.values()
        waiting = next((t for t in unfinished if t.task_spec is self.reset), None)
        # One that is about to fire: what comes meanwhile belongs to its reset.
        firing = any(t.task_spec is self and t.state == READY for t in unfinished)
        if firing and waiting is None:
            self.arrive(my_task)
            return False
        if waiting is not None:
            self.arrive(my_task)
            if waiting.state == WAITING:
                self.reset._update(waiting)
            return False
        if my_task.state == WAITING and not my_task.internal_data.pop(LEFT, False):
            return False  # it is asked when a token comes, and not whenever something else completes
        return bool(super()._update_hook(my_task))

    def _may_fire(self, my_task: EngineTask, tokens: dict[Any, EngineTask]) -> bool:
        counts = dict.fromkeys(self.incoming_flows.values(), 0)
        for token in self.waiting_tokens(my_task.workflow):
            counts[self.incoming_flows[token.parent.task_spec.name]] += 1
        variables = with_objects(self.merged(tokens.values()).data, visible_objects(my_task))
        known = _known(counts, starts=True)
        progress = my_task.workflow.top_workflow.progress
        if not progress.decide(my_task, FIRE, lambda: evaluate(self.activation, variables, known)):
            return False
        survivor = tokens[my_task.parent.task_spec.name]
        survivor.internal_data["taken"] = sorted(tokens)
        survivor.internal_data["counts"] = counts
        return True

    def _run_hook(self, my_task: EngineTask) -> bool:
        starts = not my_task.internal_data.get("resets")
        known = _known(my_task.internal_data.pop("counts"), starts=starts)
        specs = self._wf_spec.task_specs
        variables = with_objects(my_task.data, visible_objects(my_task))
        chosen = [
            specs[name]
            for condition, name in self.cond_task_specs
            if condition is not None and evaluate(condition.args[0], variables, known)
        ]
        if starts:
            chosen = chosen or [specs[name] for condition, name in self.cond_task_specs if condition is None]
            if not chosen:
                raise NoWayOut
            chosen.append(self.reset)
        else:
            self.leave_over(my_task.workflow)
            chosen = chosen or [self._wf_spec.end]  # a branch that ends still brings its variables to the end
        my_task._sync_children(chosen, TaskState.FUTURE)
        return True

    def leave_over(self, workflow: Any) -> None:
        """Ask once more, after a reset, for the tokens that are still there."""
        left = self.waiting_tokens(workflow)
        if left:
            left[-1].internal_data[LEFT] = True

    def expected(self, workflow: Any, taken: set[str], tokens: dict[Any, EngineTask]) -> bool:
        """Whether a token can still come on a flow that has given none in this activation."""
        empty = [spec for spec in self.inputs if spec.name not in taken and spec.name not in tokens]
        return bool(empty) and self.reachable(workflow, empty, taken | set(tokens))


def _known(counts: dict[str, int], *, starts: bool) -> dict[str, Any]:
    """What the gateway's expressions can read beside the variables."""
    values = (sum(count > 0 for count in counts.values()), counts, starts)
    return dict(zip(VARIABLES, values, strict=True))


class ComplexGatewayReset(Join, BpmnTaskSpec):
    """Waits, below a gateway that has fired, until it is reset."""

    creates_children = False

    def __init__(self, wf_spec: Any, name: str, gateway: EngineComplexGateway) -> None:
        super().__init__(wf_spec, name)
        self.gateway = gateway
        self._connect_notify(gateway)

    def _update_hook(self, my_task: EngineTask) -> bool:
        if my_task.state != WAITING:
            my_task._inherit_data()
            my_task.internal_data["taken"] = my_task.parent.internal_data.pop("taken")
            my_task._set_state(WAITING)
        gateway, taken = self.gateway, set(my_task.internal_data["taken"])
        tokens: dict[Any, EngineTask] = {}
        for token in gateway.waiting_tokens(my_task.workflow):
            source = token.parent.task_spec.name
            if source not in taken:
                tokens.setdefault(source, token)
        if gateway.expected(my_task.workflow, taken, tokens):
            return False
        my_task.take_over(gateway.merged([my_task, *tokens.values()]))
        counts = dict.fromkeys(gateway.incoming_flows.values(), 0)
        for source, token in tokens.items():
            counts[gateway.incoming_flows[source]] = 1
            consume(token)
        my_task.internal_data = {"counts": counts}
        return True

    def _run_hook(self, my_task: EngineTask) -> bool:
        child = my_task._add_child(self.gateway, TaskState.FUTURE)
        child._inherit_data()
        child.internal_data = {"resets": True, "counts": my_task.internal_data.pop("counts")}
        return True


class ComplexGatewayParser(ConditionalGatewayParser):
    """Parses the gateway with its activation condition."""

    def create_task(self) -> Any:
        """Return the gateway's spec."""
        condition = first(self.xpath("./bpmn:activationCondition"))
        if condition is None:
            self.raise_validation_exception("A complex gateway needs an activation condition")
        return self.spec_class(self.spec, self.bpmn_id, condition.text, **self.bpmn_attributes)


__all__ = ["VARIABLES", "ComplexGatewayParser", "EngineComplexGateway"]
