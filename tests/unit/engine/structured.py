"""Random diagrams out of blocks that fit into each other, for properties of the engine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.diagrams import (
    boundary,
    coded,
    condition,
    cycle,
    declared,
    diagram,
    element,
    end,
    flow,
    flows,
    link,
    listening,
    message,
    message_definition,
    script,
    signal,
    signal_definition,
    start,
    timer,
    user,
)

LEAVES = (
    *("user", "script", "timer", "each", "repeat", "several", "together", "linked", "brought"),
    *("signalled", "odd", "beating", "desk"),
)
ONE_INNER = (
    "undone",
    "loop",
    "deadline",
    "reminder",
    "call",
    "subprocess",
    "guarded_call",
    "guarded_subprocess",
    "transaction",
    "isolated",
    "taking",
    "listening",
    "rescued",
    "escalating",
    "counted",
)
TWO_INNER = ("sequence", "exclusive", "parallel", "inclusive", "race", "fork", "choice", "quorum")


MORE = message("ping") + signal("news") + declared("escalation", "late")


@dataclass(frozen=True)
class Block:
    """A kind of block and the blocks within it."""

    kind: str
    inner: tuple[Block, ...] = ()


def blocks(without: Collection[str] = ()) -> st.SearchStrategy[Block]:
    """Blocks within blocks, but for some kinds."""
    with_one = st.sampled_from([kind for kind in ONE_INNER if kind not in without])
    return st.recursive(
        st.builds(Block, st.sampled_from([kind for kind in LEAVES if kind not in without])),
        lambda inner: (
            st.builds(Block, with_one, st.tuples(inner))
            | st.builds(Block, st.sampled_from(TWO_INNER), st.tuples(inner, inner))
        ),
        max_leaves=8,
    )


BLOCKS = blocks()


@dataclass
class Drawing:
    """Turns blocks into the files of a bundle; each block has one way in and one way out.

    Attributes:
        extended: Whether the process has one more element, on a way that is never gone.
    """

    extended: bool = False
    files: dict[str, str] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    number: int = 0

    def bundle(self, block: Block) -> dict[str, str]:
        """The files: ``p.bpmn`` and what it calls."""
        extra = (user("extra"), flows("extra", "never")) if self.extended else ()
        last = (
            element("exclusiveGateway", "last", default="last-end"),
            flow("last", "extra" if extra else "never", "n < 0"),
            end("never"),
            *extra,
        )
        self.files["p.bpmn"] = self._process("p", block, *last, way_out="last")
        return self.files

    def _process(self, process_id: str, block: Block, *last: str, way_out: str = "end") -> str:
        outer, self.parts = self.parts, []
        drawn = self.draw(block)
        body, self.parts = self.parts, outer
        frame = (start(), end(), flows("start", drawn[0]), flows(drawn[1], way_out))
        ways = (*last, flows(way_out, "end")) if last else ()
        return diagram(process_id, *frame, *ways, *body, more=MORE)

    def draw(self, block: Block) -> tuple[str, str]:
        """Draw a block and return the elements where it begins and ends."""
        self.number += 1
        drawn: tuple[str, str] = getattr(self, f"_{block.kind}")(f"x{self.number}", *block.inner)
        return drawn

    def _user(self, name: str) -> tuple[str, str]:
        self.parts.append(user(name))
        return name, name

    def _script(self, name: str) -> tuple[str, str]:
        self.parts.append(script(name, f"n = n + 1\n{name} = n"))
        return name, name

    def _timer(self, name: str) -> tuple[str, str]:
        self.parts.append(element("intermediateCatchEvent", name, timer("'PT3H'")))
        return name, name

    def _several(self, name: str) -> tuple[str, str]:
        definitions = message_definition("ping", "heard") + timer("'PT3H'") + timer("'PT4H'")
        self.parts.append(element("intermediateCatchEvent", name, definitions))
        return name, name

    def _together(self, name: str) -> tuple[str, str]:
        definitions = message_definition("ping", "heard") + timer("'PT3H'")
        self.parts.append(element("intermediateCatchEvent", name, definitions, parallelMultiple="true"))
        return name, name

    def _signalled(self, name: str) -> tuple[str, str]:
        self.parts.append(element("intermediateCatchEvent", name, signal_definition("news")))
        return name, name

    def _odd(self, name: str) -> tuple[str, str]:
        """A task that counts, beside it, how often the count has become odd."""
        self.parts += [
            user(name),
            boundary(f"{name}_event", name, condition("n % 2 == 1"), interrupting=False),
            script(f"{name}_count", f"{name} = n"),
            end(f"{name}_end"),
            flows(f"{name}_event", f"{name}_count", f"{name}_end"),
        ]
        return name, name

    def _beating(self, name: str) -> tuple[str, str]:
        """A task beside which a clock strikes three times."""
        self.parts += [
            user(name),
            boundary(f"{name}_event", name, cycle("'R3/PT1H'"), interrupting=False),
            script(f"{name}_count", "n = n + 1"),
            end(f"{name}_end"),
            flows(f"{name}_event", f"{name}_count", f"{name}_end"),
        ]
        return name, name

    def _desk(self, name: str) -> tuple[str, str]:
        """An ad-hoc subprocess that is over when its second activity has been done."""
        body = (
            user(f"{name}_one"),
            script(f"{name}_two", f"{name} = n"),
            user(f"{name}_three"),
            flows(f"{name}_two", f"{name}_three"),
            f"<bpmn:completionCondition>{name}_three is not None</bpmn:completionCondition>",
        )
        self.parts += [
            script(f"{name}_zero", f"{name}_three = None"),
            element("adHocSubProcess", name, "".join(body)),
            flows(f"{name}_zero", name),
        ]
        return f"{name}_zero", name

    def _brought(self, name: str) -> tuple[str, str]:
        """An event whose message goes into a variable by its data output."""
        output = f'<bpmn:dataOutput id="{name}_out" name="heard"/>'
        self.parts.append(element("intermediateCatchEvent", name, output + message_definition("ping")))
        return name, name

    def _linked(self, name: str) -> tuple[str, str]:
        self.parts += [
            element("intermediateThrowEvent", name, link(name)),
            element("intermediateCatchEvent", f"{name}_in", link(name)),
        ]
        return name, f"{name}_in"

    def _each(self, name: str) -> tuple[str, str]:
        cardinality = "<bpmn:loopCardinality>2</bpmn:loopCardinality>"
        inner = (
            f"<bpmn:multiInstanceLoopCharacteristics>{cardinality}</bpmn:multiInstanceLoopCharacteristics>"
        )
        self.parts.append(user(name, inner=inner))
        return name, name

    def _repeat(self, name: str) -> tuple[str, str]:
        self.parts.append(
            user(
                name,
                inner='<bpmn:standardLoopCharacteristics testBefore="false" loopMaximum="3">'
                "<bpmn:loopCondition>True</bpmn:loopCondition></bpmn:standardLoopCharacteristics>",
            )
        )
        return name, name

    def _sequence(self, _name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts.append(flows(one[1], other[0]))
        return one[0], other[1]

    def _exclusive(self, name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts += [
            element("exclusiveGateway", name, default=f"{name}-{other[0]}"),
            element("exclusiveGateway", f"{name}_end"),
            flow(name, one[0], "n % 2 == 0"),
            flows(name, other[0]),
            flows(one[1], f"{name}_end"),
            flows(other[1], f"{name}_end"),
        ]
        return name, f"{name}_end"

    def _parallel(self, name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts += [
            element("parallelGateway", name),
            element("parallelGateway", f"{name}_end"),
            flows(name, one[0]),
            flows(name, other[0]),
            flows(one[1], f"{name}_end"),
            flows(other[1], f"{name}_end"),
        ]
        return name, f"{name}_end"

    def _inclusive(self, name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts += [
            element("inclusiveGateway", name, default=f"{name}-{other[0]}"),
            element("inclusiveGateway", f"{name}_end"),
            flow(name, one[0], "n % 3 > 0"),
            flows(name, other[0]),
            flows(one[1], f"{name}_end"),
            flows(other[1], f"{name}_end"),
        ]
        return name, f"{name}_end"

    def _fork(self, name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts += [
            user(name),
            element("parallelGateway", f"{name}_end"),
            flows(name, one[0]),
            flows(name, other[0]),
            flows(one[1], f"{name}_end"),
            flows(other[1], f"{name}_end"),
        ]
        return name, f"{name}_end"

    def _choice(self, name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts += [
            element("task", name, default=f"{name}-{other[0]}"),
            element("inclusiveGateway", f"{name}_end"),
            flow(name, one[0], "n % 2 == 0"),
            flows(name, other[0]),
            flows(one[1], f"{name}_end"),
            flows(other[1], f"{name}_end"),
        ]
        return name, f"{name}_end"

    def _quorum(self, name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts += [
            element("parallelGateway", name),
            element(
                "complexGateway",
                f"{name}_end",
                "<bpmn:activationCondition>activationCount > 0</bpmn:activationCondition>",
            ),
            flows(name, one[0]),
            flows(name, other[0]),
            flows(one[1], f"{name}_end"),
            flows(other[1], f"{name}_end"),
        ]
        return name, f"{name}_end"

    def _race(self, name: str, first: Block, second: Block) -> tuple[str, str]:
        one, other = self.draw(first), self.draw(second)
        self.parts += [
            element("eventBasedGateway", name),
            element("intermediateCatchEvent", f"{name}_heard", message_definition("ping", "heard")),
            element("intermediateCatchEvent", f"{name}_late", timer("'PT5H'")),
            element("exclusiveGateway", f"{name}_end"),
            flows(name, f"{name}_heard", one[0]),
            flows(name, f"{name}_late", other[0]),
            flows(one[1], f"{name}_end"),
            flows(other[1], f"{name}_end"),
        ]
        return name, f"{name}_end"

    def _loop(self, name: str, body: Block) -> tuple[str, str]:
        inner = self.draw(body)
        self.parts += [
            script(f"{name}_zero", f"{name} = 0"),
            element("exclusiveGateway", f"{name}_in"),
            script(f"{name}_count", f"{name} = {name} + 1\nn = n + 1"),
            element("exclusiveGateway", f"{name}_more", default=f"{name}_more-{name}_end"),
            element("exclusiveGateway", f"{name}_end"),
            flows(f"{name}_zero", f"{name}_in", inner[0]),
            flows(inner[1], f"{name}_count", f"{name}_more", f"{name}_end"),
            flow(f"{name}_more", f"{name}_in", f"{name} < 3"),
        ]
        return f"{name}_zero", f"{name}_end"

    def _bound(self, name: str, body: Block, *, interrupting: bool) -> tuple[str, str]:
        inner = self.draw(body)
        self.parts += [
            user(name),
            boundary(f"{name}_event", name, timer("'PT2H'"), interrupting=interrupting),
            flows(f"{name}_event", inner[0]),
        ]
        if interrupting:
            self.parts += [
                element("exclusiveGateway", f"{name}_end"),
                flows(name, f"{name}_end"),
                flows(inner[1], f"{name}_end"),
            ]
            return name, f"{name}_end"
        self.parts += [end(f"{name}_end"), flows(inner[1], f"{name}_end")]
        return name, name

    def _taking(self, name: str, body: Block) -> tuple[str, str]:
        """A task that takes messages beside it, each of which goes its own way."""
        inner = self.draw(body)
        self.parts += [
            user(name),
            boundary(f"{name}_event", name, message_definition("ping", "heard"), interrupting=False),
            end(f"{name}_end"),
            flows(f"{name}_event", inner[0]),
            flows(inner[1], f"{name}_end"),
        ]
        return name, name

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

    def _counted(self, name: str, body: Block) -> tuple[str, str]:
        """A task that gives two tokens, which another takes when both have gone their way."""
        inner = self.draw(body)
        self.parts += [
            user(name).replace("Task id", 'Task completionQuantity="2" id', 1),
            script(f"{name}_take", "n = n + 1").replace("Task id", 'Task startQuantity="2" id', 1),
            flows(name, inner[0]),
            flows(inner[1], f"{name}_take"),
        ]
        return name, f"{name}_take"

    def _deadline(self, name: str, body: Block) -> tuple[str, str]:
        return self._bound(name, body, interrupting=True)

    def _reminder(self, name: str, body: Block) -> tuple[str, str]:
        return self._bound(name, body, interrupting=False)

    def _undone(self, name: str, body: Block) -> tuple[str, str]:
        """Something with a handler, something that may have more of them inside, and a throw."""
        inner = self.draw(body)
        handler = script(f"{name}_undo", f"{name}_undone = n").replace(
            "<bpmn:scriptTask", '<bpmn:scriptTask isForCompensation="true"'
        )
        compensate = "<bpmn:compensateEventDefinition/>"
        self.parts += [
            user(name),
            boundary(f"{name}_event", name, compensate),
            f'<bpmn:association id="{name}_to" sourceRef="{name}_event" targetRef="{name}_undo"/>',
            handler,
            element("intermediateThrowEvent", f"{name}_throw", compensate),
            flows(name, inner[0]),
            flows(inner[1], f"{name}_throw"),
        ]
        return name, f"{name}_throw"

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
