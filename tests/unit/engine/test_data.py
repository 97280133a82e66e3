"""Data objects, properties and mappings; the state is saved and loaded between steps."""

from __future__ import annotations

from engine.runner import Outcome, Runner
from tests.diagrams import diagram, element, end, flow, flows, script, start, user

CHILD = diagram(
    "child",
    start(),
    user("inner"),
    script("double", "answer = number * 2\nleak = True"),
    end(),
    flows("start", "inner", "double", "end"),
)


def run(*elements: str, variables: dict[str, object] | None = None) -> Runner:
    return Runner({"p.bpmn": diagram("p", *elements), "child.bpmn": CHILD}).start("p", variables)


def association(side: str, source: str = "", target: str = "", expression: str = "") -> str:
    parts = (f"<bpmn:sourceRef>{source}</bpmn:sourceRef>" if source else "") + (
        f"<bpmn:targetRef>{target}</bpmn:targetRef>"
    )
    if expression:
        parts += f"<bpmn:transformation>{expression}</bpmn:transformation>"
    return f"<bpmn:data{side}Association>{parts}</bpmn:data{side}Association>"


def specification(inputs: dict[str, str], outputs: dict[str, str]) -> str:
    parts = [f'<bpmn:dataInput id="{i}" name="{name}"/>' for i, name in inputs.items()]
    parts += [f'<bpmn:dataOutput id="{i}" name="{name}"/>' for i, name in outputs.items()]
    refs = "".join(f"<bpmn:dataInputRefs>{i}</bpmn:dataInputRefs>" for i in inputs)
    parts.append(f"<bpmn:inputSet>{refs}</bpmn:inputSet>")
    refs = "".join(f"<bpmn:dataOutputRefs>{i}</bpmn:dataOutputRefs>" for i in outputs)
    parts.append(f"<bpmn:outputSet>{refs}</bpmn:outputSet>")
    return f"<bpmn:ioSpecification>{''.join(parts)}</bpmn:ioSpecification>"


DECLARED = '<bpmn:dataObject id="total"/><bpmn:dataObjectReference id="ref" dataObjectRef="total"/>'
PLACEHOLDER = '<bpmn:property id="hold" name="__targetRef_placeholder"/>'


def test_a_data_object_is_written_and_read_by_associations_and_lives_beside_the_variables() -> None:
    r = run(
        DECLARED,
        start(),
        script("write", "total = n * 10", association("Output", target="ref")),
        user("between"),
        script("read", "seen = total", PLACEHOLDER + association("Input", "ref", "hold")),
        end(),
        flows("start", "write", "between", "read", "end"),
        variables={"n": 3},
    )
    assert r.variables == {"n": 3}
    r.complete("between")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"n": 3, "seen": 30}


def test_conditions_read_the_data_objects_of_their_scope() -> None:
    r = run(
        DECLARED,
        start(),
        script("write", "total = n", association("Output", target="ref")),
        element("exclusiveGateway", "g", default="g-low"),
        user("high"),
        user("low"),
        end(),
        flows("start", "write", "g", "low", "end"),
        flow("g", "high", "total > 2"),
        flows("high", "end"),
        variables={"n": 3},
    )
    assert r.waiting() == ["high"]


def test_a_data_object_that_is_only_drawn_hides_no_variable() -> None:
    r = run(
        DECLARED,
        start(),
        element("exclusiveGateway", "g", default="g-low"),
        user("high"),
        user("low"),
        end(),
        flows("start", "g", "low", "end"),
        flow("g", "high", "total > 2"),
        flows("high", "end"),
        variables={"total": 3},
    )
    assert r.waiting() == ["high"]


def test_a_subprocess_writes_the_object_of_the_process_around_it_and_loses_its_own() -> None:
    own = '<bpmn:dataObject id="mine"/><bpmn:dataObjectReference id="ref_mine" dataObjectRef="mine"/>'
    inner = (
        start("s"),
        script("write", "total = 5", association("Output", target="ref")),
        script("write_mine", "mine = 6", association("Output", target="ref_mine")),
        user("wait"),
        end("e"),
        flows("s", "write", "write_mine", "wait", "e"),
    )
    r = run(
        DECLARED,
        start(),
        element("subProcess", "sub", own + "".join(inner)),
        script("read", "seen = total", PLACEHOLDER + association("Input", "ref", "hold")),
        end(),
        flows("start", "sub", "read", "end"),
    )
    r.complete("wait")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"seen": 5}


def call(inner: str) -> tuple[str, ...]:
    return (
        start(),
        element("callActivity", "call", inner, calledElement="child"),
        end(),
        flows("start", "call", "end"),
    )


def test_a_call_activity_maps_what_goes_in_and_comes_out() -> None:
    mapping = (
        association("Input", target="in_number", expression="amount + 1")
        + "<bpmn:dataOutputAssociation><bpmn:sourceRef>out_answer</bpmn:sourceRef>"
        "<bpmn:targetRef>result</bpmn:targetRef></bpmn:dataOutputAssociation>"
    )
    spec = specification({"in_number": "number"}, {"out_answer": "answer"})
    r = run('<bpmn:property id="result"/>', *call(spec + mapping), variables={"amount": 20, "secret": "s"})
    assert r.variables == {"number": 21}, "the called process sees its input only"
    r.complete("inner", {"note": "private"})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"amount": 20, "secret": "s", "result": 42}


def test_inputs_and_outputs_without_an_association_are_variables_of_their_name() -> None:
    spec = specification({"i": "number"}, {"o": "answer"})
    r = run(*call(spec), variables={"number": 4, "secret": "s"})
    assert r.variables == {"number": 4}
    r.complete("inner")
    assert r.variables == {"number": 4, "secret": "s", "answer": 8}


def test_a_call_without_a_mapping_shares_everything() -> None:
    r = run(*call(""), variables={"number": 1, "seen": "yes"})
    assert r.variables == {"number": 1, "seen": "yes"}
    assert r.complete("inner").variables == {"number": 1, "seen": "yes", "answer": 2, "leak": True}


def test_a_missing_input_is_an_error() -> None:
    r = run(*call(specification({"i": "number"}, {"o": "answer"})))
    assert (r.outcome, type(r.error).__name__) == (Outcome.FAILED, "DataMissing")


def test_a_user_task_with_inputs_shows_only_those() -> None:
    spec = specification({"i": "question"}, {"o": "reply"})
    r = run(
        start(),
        user("ask", inner=spec),
        end(),
        flows("start", "ask", "end"),
        variables={"question": "?", "x": 1},
    )
    assert r.seen_by("ask") == {"question": "?"}
    assert r.complete("ask", {"reply": "!", "other": 2}).variables == {"question": "?", "x": 1, "reply": "!"}


def test_an_assignment_fills_an_input() -> None:
    filled = (
        "<bpmn:dataInputAssociation><bpmn:targetRef>i</bpmn:targetRef><bpmn:assignment>"
        "<bpmn:from>x * 2</bpmn:from><bpmn:to>number</bpmn:to></bpmn:assignment></bpmn:dataInputAssociation>"
    )
    r = run(*call(specification({"i": "number"}, {"o": "answer"}) + filled), variables={"x": 3})
    assert r.complete("inner").variables == {"x": 3, "answer": 12}


def test_a_property_of_a_subprocess_is_its_own_and_one_of_a_process_starts_as_none() -> None:
    inner = (
        '<bpmn:property id="n"/>',
        start("s"),
        script("set", "before = n\nn = 99\nkept = 1"),
        user("wait"),
        end("e"),
        flows("s", "set", "wait", "e"),
    )
    r = run(
        '<bpmn:property id="later"/>',
        start(),
        element("subProcess", "sub", "".join(inner)),
        end(),
        flows("start", "sub", "end"),
        variables={"n": 1},
    )
    assert r.complete("wait").variables == {"later": None, "n": 1, "before": None, "kept": 1}


def test_each_item_of_a_repeated_activity_sees_its_inputs() -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>"
        "<bpmn:loopDataOutputRef>found</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="item" name="item"/><bpmn:outputDataItem id="one" name="one"/>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    spec = specification({"i": "items"}, {"o": "found"})
    r = run(
        start(),
        user("each", inner=spec + loop),
        end(),
        flows("start", "each", "end"),
        variables={"items": ["a", "b"], "secret": 1},
    )
    assert "secret" not in r.variables
    r.complete("each", {"one": "x"}).complete("each", {"one": "y"})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"items": ["a", "b"], "secret": 1, "found": ["x", "y"]}
