"""Refusals about evidence. Nothing of an upload is kept when one of its files is refused."""

from __future__ import annotations

from engine.errors import Kind, NotFound, TuidanError


class EvidenceRefused(TuidanError):
    """The evidence can't be taken."""

    code = "evidence.refused"


class EvidenceEmpty(EvidenceRefused):
    """The file {name} is empty."""

    code = "evidence.empty"


class EvidenceTypeRefused(EvidenceRefused):
    """The content of {name} is no photo (JPEG, PNG, WebP), video (MP4, MOV, WebM) or PDF."""

    code = "evidence.type_refused"


class EvidenceUnreadable(EvidenceRefused):
    """The photo {name} is damaged, or larger than {megapixels} megapixels."""

    code = "evidence.unreadable"


class EvidenceTooLarge(EvidenceRefused):
    """The file {name} is larger than {maximum} MB."""

    code = "evidence.too_large"
    kind = Kind.TOO_LARGE


class EvidenceTooMany(EvidenceRefused):
    """There are {given} files of a kind of which {maximum} can be sent: {kind}."""

    code = "evidence.too_many"


class EvidenceMissing(EvidenceRefused):
    """This reason needs {minimum} photos or more; there are {given}."""

    code = "evidence.missing"


class ProofMissing(EvidenceRefused):
    """A refusal with the code {refusal_code} needs a file that proves it."""

    code = "evidence.proof_missing"


class EvidenceUnavailable(TuidanError):
    """The storage of evidence doesn't answer; try again in a minute."""

    code = "evidence.unavailable"
    kind = Kind.UNAVAILABLE


class EvidenceNotFound(NotFound):
    """There is no such evidence."""

    code = "evidence.not_found"
