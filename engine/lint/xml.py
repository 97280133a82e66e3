"""Rules about the files themselves: size, well-formed XML without entities, the schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.lint.findings import Finding
from engine.lint.source import BPMN, Document, make
from engine.spiff.schemas import BPMN_NAMESPACE, DMN_NAMESPACES, violations

MAX_FILE_BYTES = 2_000_000
MAX_VIOLATIONS = 50
# The library reads depth by recursion.
MAX_DEPTH = 100


def read(file: str, text: str) -> tuple[Document | None, list[Finding]]:
    """Parse one file; None if nothing more can be said about it."""
    refusal = unreadable(file, text)
    if refusal is not None:
        return None, [refusal]
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or None
        reason = getattr(error, "msg", None) or str(error)
        return None, [make("xml.not_well_formed", file, line=line, params={"reason": reason})]
    document = Document(file, root)
    return document, list(_schema(document))


def unreadable(file: str, text: str) -> Finding | None:
    """Why a file is not even looked at: its size, or that it is no plain text."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_FILE_BYTES:
        return make("file.too_large", file, params={"bytes": size, "limit": MAX_FILE_BYTES})
    if not text.isprintable() and any(ord(c) < 32 and c not in "\t\n\r" for c in text):
        return make("file.binary", file)
    for number, line in enumerate(text.splitlines(), start=1):
        if "<!DOCTYPE" in line or "<!ENTITY" in line:
            return make("xml.doctype", file, line=number)
    head = text[:200].lower()
    if head.startswith("<?xml") and "encoding" in head.split("?>")[0] and "utf-8" not in head.split("?>")[0]:
        return make("xml.encoding", file, line=1)
    return None


def _schema(document: Document) -> Iterator[Finding]:
    namespace = etree.QName(document.root.tag).namespace or ""
    expected = (BPMN_NAMESPACE,) if document.file.endswith(".bpmn") else tuple(DMN_NAMESPACES)
    if namespace not in expected:
        yield document.finding(
            "xml.namespace", document.root, namespace=namespace, expected=", ".join(expected)
        )
        return
    if _depth(document.root) > MAX_DEPTH:
        yield document.finding("xml.too_deep", document.root, limit=MAX_DEPTH)
        return
    by_line: dict[int, Any] = {}
    for element in document.root.iter("{*}*"):
        by_line.setdefault(element.sourceline, element)
    for line, reason in violations(document.root, namespace)[:MAX_VIOLATIONS]:
        yield document.finding("xml.schema", by_line.get(line), reason=_short(reason))


def _depth(root: Any) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _short(reason: str) -> str:
    """The validator's words with namespaces left out."""
    for namespace in (BPMN, *(f"{{{n}}}" for n in DMN_NAMESPACES)):
        reason = reason.replace(namespace, "")
    return reason
