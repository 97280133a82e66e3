"""Rules about data: objects, properties, and what activities take in and give out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint.diagram import ACTIVITIES, SUBPROCESSES
from engine.lint.expressions import check_code, check_name
from engine.lint.findings import Finding
from engine.lint.source import BPMN, Document, local_name, text_of
from engine.spiff.data import PLACEHOLDER
from engine.spiff.payloads import CARRYING, CATCHING, THROWING, variable_of

ASSOCIATIONS = ("dataInputAssociation", "dataOutputAssociation")
_SCOPES = SUBPROCESSES | {"process"}


def check(document: Document) -> Iterator[Finding]:
    """Yield what of a document's data leads nowhere, or can't be told."""
    ids = {element.get("id"): element for element in document.root.iter(f"{BPMN}*") if element.get("id")}
    for reference in document.root.iter(f"{BPMN}dataObjectReference"):
        if not _visible(reference, ids.get(reference.get("dataObjectRef")), "dataObject"):
            yield document.finding(
                "data.reference", reference, reference=reference.get("dataObjectRef") or ""
            )
    for declared in document.root.iter(f"{BPMN}dataObject"):
        yield from check_name(document, declared, declared.get("id") or "")
    for kind in ("property", "dataInput", "dataOutput"):
        for declared in document.root.iter(f"{BPMN}{kind}"):
            if declared.get("name") != PLACEHOLDER:
                yield from check_name(document, declared, variable_of(declared))
    for kind in ("property", "ioSpecification", *ASSOCIATIONS, "dataInput", "dataOutput"):
        for element in document.root.iter(f"{BPMN}{kind}"):
            owner = local_name(element.getparent())
            fits = owner in ACTIVITIES or (kind == "property" and owner == "process")
            if not fits and owner != "ioSpecification":
                yield document.finding("data.place", element, kind=kind, owner=owner)
    for specification in document.root.iter(f"{BPMN}ioSpecification"):
        yield from _check_sets(document, specification)
    for kind in ASSOCIATIONS:
        for association in document.root.iter(f"{BPMN}{kind}"):
            yield from _check_association(document, association, ids)


def _check_sets(document: Document, specification: Any) -> Iterator[Finding]:
    for side in ("Input", "Output"):
        sets = specification.findall(f"{BPMN}{side.lower()}Set")
        listed = {text_of(ref) for ref in specification.iter(f"{BPMN}data{side}Refs")}
        declared = {item.get("id") for item in specification.iterfind(f"{BPMN}data{side}")}
        if len(sets) != 1 or listed != declared:
            yield document.finding("data.sets", specification, side=side.lower())


def _check_association(document: Document, association: Any, ids: dict[str, Any]) -> Iterator[Finding]:
    incoming = local_name(association) == "dataInputAssociation"
    sources = [ids.get(text_of(ref)) for ref in association.iterfind(f"{BPMN}sourceRef")]
    target = ids.get(text_of(association.find(f"{BPMN}targetRef")))
    computed = [
        *association.iterfind(f"{BPMN}transformation"),
        *association.iterfind(f"{BPMN}assignment/{BPMN}from"),
    ]
    if len(sources) > 1 or len(computed) > 1 or (incoming and not sources and not computed):
        yield document.finding("data.value", association)
        return
    outer, inner = (sources[:1], [target]) if incoming else ([target], sources[:1])
    for end in outer:
        if not _visible(association, end, "dataObjectReference", "property"):
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
    return str(element.get("dataObjectRef") or variable_of(element))


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
