"""The XML schemas of BPMN 2.0, of the dialect and of DMN, which ship with the library.

The library's own validator imports the dialect's schema under a wrong namespace, so that
it checks nothing of it; here it is imported under its own.
"""

from __future__ import annotations

import functools
import threading
from importlib.resources import files
from pathlib import Path
from typing import Any

from lxml import etree

BPMN_NAMESPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIALECT_NAMESPACE = "http://spiffworkflow.org/bpmn/schema/1.0/core"
DMN_NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "DMN.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "DMN12.xsd",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "DMN13.xsd",
}
_XSD_IMPORT = "{http://www.w3.org/2001/XMLSchema}import"
_LOCK = threading.Lock()


@functools.lru_cache(maxsize=1)
def _bpmn_schema() -> Any:
    folder = _folder("SpiffWorkflow.bpmn.parser")
    document = etree.parse(folder / "BPMN20.xsd")
    dialect = _folder("SpiffWorkflow.spiff.parser") / "spiffworkflow.xsd"
    document.getroot().insert(
        0, etree.Element(_XSD_IMPORT, namespace=DIALECT_NAMESPACE, schemaLocation=dialect.as_uri())
    )
    return etree.XMLSchema(document)


@functools.lru_cache(maxsize=3)
def _dmn_schema(namespace: str) -> Any:
    return etree.XMLSchema(etree.parse(_folder("SpiffWorkflow.dmn.parser") / DMN_NAMESPACES[namespace]))


def _folder(package: str) -> Path:
    return Path(str(files(package))) / "schema"


def violations(root: Any, namespace: str) -> list[tuple[int, str]]:
    """Where a document breaks the schema of its namespace: line and the validator's words.

    Args:
        root: The document's root element; not changed.
        namespace: ``BPMN_NAMESPACE`` or a key of ``DMN_NAMESPACES``.
    """
    with _LOCK:  # a schema object keeps the log of its last run
        schema = _bpmn_schema() if namespace == BPMN_NAMESPACE else _dmn_schema(namespace)
        if schema.validate(root):
            return []
        return [(entry.line, entry.message) for entry in schema.error_log]
