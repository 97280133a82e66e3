"""Blocks that put another into a subprocess, a transaction or a called process."""

from __future__ import annotations

from tests.diagrams import (
    boundary,
    coded,
    element,
    end,
    flow,
    flows,
    listening,
    message_definition,
    script,
    start,
    timer,
    user,
)
from tests.unit.engine.blocks_attached import Attached
from tests.unit.engine.paper import Block


class Nesting(Attached):
    """Scopes, alone or with events and event subprocesses of their own."""

    def _with_listener(self, name: str, body: Block, listener: str) -> tuple[str, str]:
        self._subprocess(name, body, listener)
        return name, name

    def _listening(self, name: str, body: Block) -> tuple[str, str]:
        work = script(f"{name}_work", "n = n + 1")
        definition = message_definition("ping", "heard")
        esp = listening(f"{name}_esp", definition, work, path=f"{name}_work", interrupting=False)
        return self._with_listener(name, body, esp)

    def _rescued(self, name: str, body: Block) -> tuple[str, str]:
        esp = listening(f"{name}_esp", timer("'PT6H'"), user(f"{name}_work"), path=f"{name}_work")
        return self._with_listener(name, body, esp)

    def _escalating(self, name: str, body: Block) -> tuple[str, str]:
        self._subprocess(name, body, last=coded("escalation", "late"))
        self.parts += [
            boundary(f"{name}_late", name, coded("escalation", "late"), interrupting=False),
            user(f"{name}_look"),
            end(f"{name}_over"),
            flows(f"{name}_late", f"{name}_look", f"{name}_over"),
        ]
        return name, name

    def _call(self, name: str, body: Block) -> tuple[str, str]:
        self.files[f"{name}_called.bpmn"] = self._process(f"{name}_called", body)
        self.parts.append(element("callActivity", name, calledElement=f"{name}_called"))
        return name, name

    def _subprocess(self, name: str, body: Block, more: str = "", last: str = "") -> tuple[str, str]:
        outer, self.parts = self.parts, []
        inner = self.draw(body)
        content, self.parts = "".join(self.parts), outer
        ends = start(f"{name}_start") + end(f"{name}_stop", last) + more
        content += ends + flows(f"{name}_start", inner[0]) + flows(inner[1], f"{name}_stop")
        self.parts.append(element("subProcess", name, content))
        return name, name

    def _transaction(self, name: str, body: Block) -> tuple[str, str]:
        """A transaction that is cancelled if a count is odd, with something in it to undo."""
        outer, self.parts = self.parts, []
        inner = self._undone(f"{name}_u", body)
        content, self.parts = "".join(self.parts), outer
        cancel = "<bpmn:cancelEventDefinition/>"
        content += "".join(
            (
                start(f"{name}_start"),
                script(f"{name}_count", "n = n + 1"),
                element("exclusiveGateway", f"{name}_odd", default=f"{name}_odd-{name}_stop"),
                end(f"{name}_stop"),
                end(f"{name}_cancel", cancel),
                flows(f"{name}_start", inner[0]),
                flows(inner[1], f"{name}_count", f"{name}_odd", f"{name}_stop"),
                flow(f"{name}_odd", f"{name}_cancel", "n % 2 == 1"),
            )
        )
        self.parts += [
            element("transaction", name, content),
            boundary(f"{name}_cancelled", name, cancel),
            element("exclusiveGateway", f"{name}_out"),
            flows(name, f"{name}_out"),
            flows(f"{name}_cancelled", f"{name}_out"),
        ]
        return name, f"{name}_out"

    def _isolated(self, name: str, body: Block) -> tuple[str, str]:
        """A called process that gets one number and gives one back."""
        self.files[f"{name}_called.bpmn"] = self._process(f"{name}_called", body)
        io = (
            f'<bpmn:dataInput id="{name}_in" name="n"/><bpmn:dataOutput id="{name}_out" name="n"/>'
            f"<bpmn:inputSet><bpmn:dataInputRefs>{name}_in</bpmn:dataInputRefs></bpmn:inputSet>"
            f"<bpmn:outputSet><bpmn:dataOutputRefs>{name}_out</bpmn:dataOutputRefs></bpmn:outputSet>"
        )
        inner = f"<bpmn:ioSpecification>{io}</bpmn:ioSpecification>"
        self.parts.append(element("callActivity", name, inner, calledElement=f"{name}_called"))
        return name, name

    def _guarded(self, name: str) -> tuple[str, str]:
        self.parts += [
            boundary(f"{name}_late", name, timer("'PT4H'")),
            element("exclusiveGateway", f"{name}_out"),
            flows(name, f"{name}_out"),
            flows(f"{name}_late", f"{name}_out"),
        ]
        return name, f"{name}_out"

    def _guarded_call(self, name: str, body: Block) -> tuple[str, str]:
        self._call(name, body)
        return self._guarded(name)

    def _guarded_subprocess(self, name: str, body: Block) -> tuple[str, str]:
        self._subprocess(name, body)
        return self._guarded(name)
