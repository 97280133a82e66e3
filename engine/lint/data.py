"""Rules about data: objects, properties, and what activities take in and give out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint.diagram import ACTIVITIES, SUBPROCESSES, event_definitions, extension, properties
from engine.lint.expressions import check_code, check_name
from engine.lint.findings import Finding
from engine.lint.source import BPMN, Document, local_name, text_of
from engine.spiff.data_parsing import PLACEHOLDER
from engine.spiff.payloads import CARRYING, CATCHING, THROWING, variable_of

ASSOCIATIONS = ("dataInputAssociation", "dataOutputAssociation")
# What brings and throws nothing, or isn't there when the diagram runs.
_DATALESS = frozenset({"compensateEventDefinition", "cancelEventDefinition", "linkEventDefinition"})
# The side of a task's data that its message is on, and the extension that says it instead.
_MESSAGES = {"sendTask": ("Input", "messagePayload"), "receiveTask": ("Output", "messageVariable")}
_SCOPES = SUBPROCESSES | {"process"}


def check(document: Document) -> Iterator[Finding]:
    """Yield what of a document's data leads nowhere, or can't be told."""
    ids = {element.get("id"): element for element in document.root.iter(f"{BPMN}*") if element.get("id")}
    for reference in document.root.iter(f"{BPMN}dataObjectReference"):
        if not _visible(reference, ids.get(reference.get("dataObjectRef")), "dataObject"):
            yield document.finding(
                "data.reference", reference, reference=reference.get("dataObjectRef") or ""
            )
    yield from _check_stores(document)
    for declared in document.root.iter(f"{BPMN}dataObject"):
        yield from check_name(document, declared, declared.get("id") or "")
    for kind in ("property", "dataInput", "dataOutput"):
        for declared in document.root.iter(f"{BPMN}{kind}"):
            if declared.get("name") != PLACEHOLDER:
                yield from check_name(document, declared, variable_of(declared))
    for kind in ("property", "ioSpecification", *ASSOCIATIONS, "dataInput", "dataOutput"):
        for element in document.root.iter(f"{BPMN}{kind}"):
            owner = element.getparent()
            if local_name(owner) != "ioSpecification" and not _fits(kind, owner):
                yield document.finding("data.place", element, kind=kind, owner=local_name(owner))
    for specification in document.root.iter(f"{BPMN}ioSpecification"):
        yield from _check_sets(document, specification)
    for kind in sorted(CATCHING | THROWING):
        for event in document.root.iter(f"{BPMN}{kind}"):
            yield from _check_payloads(document, event)
    for kind, (side, said) in _MESSAGES.items():
        for task in document.root.iter(f"{BPMN}{kind}"):
            count = len(task.findall(f"{BPMN}ioSpecification/{BPMN}data{side}"))
            if count > 1 and extension(task, said) is None:
                yield document.finding("data.one_message", task, count=count, side=side.lower())
    for kind in ASSOCIATIONS:
        for association in document.root.iter(f"{BPMN}{kind}"):
            yield from _check_association(document, association, ids)


def _check_stores(document: Document) -> Iterator[Finding]:
    declared = {store.get("id"): store for store in document.root.iterfind(f"{BPMN}dataStore")}
    for store in declared.values():
        yield from check_name(document, store, store.get("id") or "")
        capacity, unlimited = store.get("capacity"), store.get("isUnlimited")
        limited = unlimited in ("false", "0") if capacity is None else unlimited in ("true", "1")
        if limited or (capacity is not None and int(capacity) < 1):
            yield document.finding("data.capacity", store)
    for reference in document.root.iter(f"{BPMN}dataStoreReference"):
        store = (reference.get("dataStoreRef") or "").split(":")[-1]
        if store not in declared:
            yield document.finding("data.store", reference, reference=store)


def stores_differ(documents: list[Document]) -> Iterator[Finding]:
    """Yield the data stores that two files of a bundle declare, and not alike."""
    seen: dict[str, tuple[Any, ...]] = {}
    for document in documents:
        for store in document.root.iterfind(f"{BPMN}dataStore"):
            said = (store.get("name"), store.get("capacity"))
            if seen.setdefault(store.get("id"), said) != said:
                yield document.finding("data.store_differs", store)


def _fits(kind: str, owner: Any) -> bool:
    """Whether data of a kind has an effect on an element."""
    name = local_name(owner)
    if name in CATCHING:
        dataless = any(local_name(d) in _DATALESS for d in event_definitions(owner))
        return kind in ("property", "dataOutput", "dataOutputAssociation") and not dataless
    if name in THROWING:
        return kind in ("property", "dataInput", "dataInputAssociation") and bool(_carrying(owner))
    return name in ACTIVITIES or (kind == "property" and name == "process")


def _carrying(event: Any) -> list[Any]:
    """The definitions of an event that bring something, or take something along."""
    return [definition for definition in event_definitions(event) if local_name(definition) in CARRYING]


def _check_payloads(document: Document, event: Any) -> Iterator[Finding]:
    """What an event brings or throws: each named once, and said in one way."""
    side, carrying = "Output" if local_name(event) in CATCHING else "Input", _carrying(event)
    items = event.findall(f"{BPMN}data{side}")
    if items and len(items) != len(carrying):
        yield document.finding("data.payloads", event, count=len(items), side=side.lower())
    if items and side == "Input" and any(_says_payload(document, d) for d in carrying):
        yield document.finding("data.payload_twice", event)
    said = any(_says_payload(document, d) for d in carrying) or bool(properties(event))
    if side == "Input" and not items and not said and event.find(f"{BPMN}dataInputAssociation") is not None:
        yield document.finding("data.unused_input", event)
    if event.find(f"{BPMN}{side.lower()}Set") is not None:
        yield from _check_set(document, event, side)
    if side == "Output" and len(carrying) > 1:
        for association in event.iterfind(f"{BPMN}dataOutputAssociation"):
            if association.find(f"{BPMN}sourceRef") is None and not _computed(association):
                yield document.finding("data.value", association)


def _says_payload(document: Document, definition: Any) -> bool:
    """Whether an expression says what is thrown with a definition."""
    kind = local_name(definition).removesuffix("EventDefinition")
    declared = [
        element
        for element in document.root.iterfind(f"{BPMN}{kind}")
        if element.get("id") == definition.get(f"{kind}Ref")
    ]
    names = ("messagePayload", "payloadExpression")
    return any(extension(holder, name) is not None for holder in (definition, *declared) for name in names)


def _check_sets(document: Document, specification: Any) -> Iterator[Finding]:
    for side in ("Input", "Output"):
        yield from _check_set(document, specification, side)


def _check_set(document: Document, holder: Any, side: str) -> Iterator[Finding]:
    sets = holder.findall(f"{BPMN}{side.lower()}Set")
    listed = {text_of(ref) for ref in holder.iter(f"{BPMN}data{side}Refs")}
    declared = {item.get("id") for item in holder.iterfind(f"{BPMN}data{side}")}
    if len(sets) != 1 or listed != declared:
        yield document.finding("data.sets", holder, side=side.lower())


def _computed(association: Any) -> list[Any]:
    """The expressions that say what an association moves."""
    return [
        *association.iterfind(f"{BPMN}transformation"),
        *association.iterfind(f"{BPMN}assignment/{BPMN}from"),
    ]


def _check_association(document: Document, association: Any, ids: dict[str, Any]) -> Iterator[Finding]:
    incoming = local_name(association) == "dataInputAssociation"
    sources = [ids.get(text_of(ref)) for ref in association.iterfind(f"{BPMN}sourceRef")]
    target = ids.get(text_of(association.find(f"{BPMN}targetRef")))
    computed = _computed(association)
    if len(sources) > 1 or len(computed) > 1 or (incoming and not sources and not computed):
        yield document.finding("data.value", association)
        return
    outer, inner = (sources[:1], [target]) if incoming else ([target], sources[:1])
    for end in outer:
        if not _visible(association, end, "dataObjectReference", "dataStoreReference", "property"):
            yield document.finding("data.end", association, end="sourceRef" if incoming else "targetRef")
    for end in inner:
        if not _inside(association, end):
            yield document.finding("data.end", association, end="targetRef" if incoming else "sourceRef")
    if target is not None and target.get("name") == PLACEHOLDER and not sources:
        yield document.finding("data.end", association, end="targetRef")
    for code in computed:
        yield from check_code(document, code, text_of(code), "eval")
    named = None if target is None else _named(target)
    for assigned in association.iterfind(f"{BPMN}assignment/{BPMN}to"):
        if target is not None and text_of(assigned) not in (named, target.get("id")):
            yield document.finding("data.assignment", association, to=text_of(assigned), target=named)


def _named(element: Any) -> str:
    reference = element.get("dataObjectRef") or (element.get("dataStoreRef") or "").split(":")[-1]
    return str(reference or variable_of(element))


def _visible(element: Any, found: Any, *kinds: str) -> bool:
    """Whether what an element refers to is of a kind, in a scope that is around the element."""
    if found is None or local_name(found) not in kinds:
        return False
    owner = found.getparent()
    return local_name(owner) in _SCOPES and owner in element.iterancestors()


def _inside(association: Any, found: Any) -> bool:
    """Whether an end is an input, output or property of the association's own activity."""
    if found is None or local_name(found) not in ("property", "dataInput", "dataOutput"):
        return False
    owner = found.getparent()
    return (owner.getparent() if local_name(owner) == "ioSpecification" else owner) is association.getparent()
