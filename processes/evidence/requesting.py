"""Asking for a cancellation with evidence: the case and its files, or neither."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.requesting import request_cancellation
from processes.cases.requests import RequestCancellation
from processes.cases.tables import CancellationCase
from processes.evidence.inspecting import Draft
from processes.evidence.keeping import attach, keep
from processes.evidence.rules import EvidenceKind
from processes.evidence.store import EvidenceStore
from processes.ports import ProcessEngine


def request_with_evidence(
    session: Session,
    engine: ProcessEngine,
    store: EvidenceStore,
    request: RequestCancellation,
    drafts: Sequence[Draft],
    actor: Actor,
    now: dt.datetime,
    *,
    tender_order: Sequence[str] = (),
) -> CancellationCase:
    """Open a case and attach its evidence; what the files are decides, not what the request claims.

    Raises:
        TuidanError: Whatever :func:`request_cancellation` refuses; nothing is kept then.
    """
    counted = dataclasses.replace(
        request,
        photo_count=sum(draft.kind is EvidenceKind.PHOTO for draft in drafts),
        video_count=sum(draft.kind is EvidenceKind.VIDEO for draft in drafts),
        evidence=tuple(sorted(draft.sha256 for draft in drafts)),
    )
    case = request_cancellation(session, engine, counted, actor, now, tender_order=tender_order)
    attach(session, case, drafts, occasion="request", actor=actor, now=now)
    keep(store, drafts)
    return case
