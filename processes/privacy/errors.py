"""What can be wrong with a request to erase."""

from __future__ import annotations

from engine.errors import Kind, NotFound, TuidanError


class ErasureNotFound(NotFound):
    """There is no such request, or it has been answered; look at the list again."""

    code = "privacy.not_found"


class ErasureAskedAlready(TuidanError):
    """This was asked for already; the answer comes to the same page."""

    code = "privacy.asked_already"
    kind = Kind.CONFLICT


class RefusalUnexplained(TuidanError):
    """A refusal needs its reason, in words that the person reads."""

    code = "privacy.refusal_unexplained"
