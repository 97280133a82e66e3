"""What is to be said about an element of an instance that is moved to another version."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say about an element of an instance that is to be moved.

    Attributes:
        code: Which, such as ``unmapped``; the web has its words.
        scope: The process or subprocess that draws the element.
        detail: What else there is to know, such as a target element or an error's text.
    """

    code: str
    scope: str
    element_id: str
    name: str = ""
    detail: str = ""
