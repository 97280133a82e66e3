"""The root of every typed error and refusal of the product.

An error has a stable ``code``, a ``kind`` whose value HTTP takes as its status,
and structured ``params``. The class docstring is the English default message; the
web layer translates by ``code``. Nothing here may know a language.
"""

from __future__ import annotations

import enum
from typing import Any, ClassVar


class Kind(enum.Enum):
    """What sort of refusal an error is; the value is the HTTP status that fits it."""

    INVALID = 400
    FORBIDDEN = 403
    NOT_FOUND = 404
    CONFLICT = 409
    TOO_LARGE = 413
    UNAVAILABLE = 503


class TuidanError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "error"
    kind: ClassVar[Kind] = Kind.INVALID

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The English text: the class docstring, filled with the parameters."""
        template = " ".join((type(self).__doc__ or self.code).split())
        try:
            return template.format(**self.params)
        except (KeyError, IndexError, ValueError):
            return template


class NotFound(TuidanError):
    """There is no such thing here, or it isn't yours to see."""

    code = "not_found"
    kind = Kind.NOT_FOUND
