"""Places in XML documents, and findings that point to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.lint.catalogue import RULES
from engine.lint.findings import Finding
from engine.spiff.schemas import BPMN_NAMESPACE, DIALECT_NAMESPACE

BPMN = f"{{{BPMN_NAMESPACE}}}"
DIALECT = f"{{{DIALECT_NAMESPACE}}}"
# Parts of an element that have ids, but aren't what people see in the diagram.
_INNER = (
    "EventDefinition",
    "Expression",
    "Characteristics",
    "DataItem",
    "Association",
    "ioSpecification",
    "dataInput",
    "dataOutput",
    "property",
    "timeDate",
    "timeDuration",
    "timeCycle",
)


@dataclass(frozen=True, slots=True)
class Document:
    """A well-formed XML file of the bundle."""

    file: str
    root: Any

    def finding(self, rule: str, element: Any = None, **params: Any) -> Finding:
        """A finding about an element, or about the file as a whole."""
        owner = element if element is None else identified(element)
        found_id = None if owner is None else owner.get("id")
        name = None if owner is None else owner.get("name")
        described = params | {"element": name or found_id or ""}
        return make(
            rule,
            self.file,
            line=None if element is None else element.sourceline,
            element_id=found_id,
            element_name=name,
            params=described,
        )


def make(
    rule: str,
    file: str,
    *,
    line: int | None = None,
    element_id: str | None = None,
    element_name: str | None = None,
    params: dict[str, Any] | None = None,
) -> Finding:
    """Fill a rule's texts."""
    texts, params = RULES[rule], params or {}
    return Finding(
        severity=texts.severity,
        rule=rule,
        file=file,
        line=line,
        element_id=element_id,
        element_name=element_name,
        message=texts.message.format(**params),
        remedy=texts.remedy.format(**params),
        params=params,
    )


def identified(element: Any) -> Any:
    """The element itself, or the nearest around it that the diagram shows."""
    while not element.get("id") or element.tag.startswith(DIALECT) or local_name(element).endswith(_INNER):
        above = element.getparent()
        if above is None or local_name(above) in ("process", "definitions"):
            break
        element = above
    return element


def local_name(element: Any) -> str:
    """An element's name without its namespace; empty for comments and instructions."""
    tag = element.tag
    return etree.QName(tag).localname if isinstance(tag, str) else ""


def elements(parent: Any) -> Iterator[Any]:
    """An element's children, comments and instructions left out."""
    return (child for child in parent if isinstance(child.tag, str))


def text_of(element: Any) -> str:
    """An element's text without the white space around it."""
    return (element.text or "").strip() if element is not None else ""
