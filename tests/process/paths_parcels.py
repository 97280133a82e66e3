"""Paths of the watch over parcels of a case, and of the ruling on one that is missing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from engine.values import Variables
from tests.process.running import Path, Step, assigned, complete, send, wait

SENT, MISSING = "case_parcel_sent", "parcel_missing"
DAYS: Variables = {
    "remind_days": 2,
    "remind_again_days": 5,
    "missing_days": 10,
    "stalled_days": 4,
    "lost_days": 10,
    "wait_days": 5,
}
PARCEL: Variables = {"shipment_id": "S1", "direction": "return", "carrier": "顺丰速运"}


LATER = "2100-01-01T00:00:00+00:00"


def in_turn(*answers: Variables) -> Callable[..., Variables]:
    """An operation that answers otherwise each time, and from the beginning when all is said."""
    turns = itertools.cycle(answers)
    return lambda **_arguments: next(turns)


def stands(*seen: tuple[str, int, str]) -> dict[str, Any]:
    """What is seen each time when somebody looks at the parcel: stage, reminder, when to look again."""
    looks = [{"stage": stage, "step": step, "next_at": next_at} for stage, step, next_at in seen]
    return {"parcel.look": in_turn(*looks)}


def ruled(then: str, verdict: str, *next_at: str) -> dict[str, Any]:
    """What follows each time from what the agent rules."""
    rulings = [{"then": then, "verdict": verdict, "next_at": at} for at in next_at or ("",)]
    return {"parcel.rule": in_turn(*rulings)}


def rules(verdict: str) -> tuple[str, Variables]:
    """What the agent's ruling is recorded as."""
    return ("parcel.rule", {"shipment_id": "S1", "verdict": verdict, "wait_days": 5})


def rule(verdict: str) -> Step:
    """An agent rules."""
    return complete("task_rule_parcel", verdict=verdict, reasons="承运人确认没有揽收。")


WATCHED = (
    Path(
        "arrived",
        "case_parcel_watch",
        ("event_watch_over",),
        (),
        PARCEL,
        stands(("over", 0, "")),
        message=SENT,
    ),
    Path(
        "missing",
        "case_parcel_watch",
        ("event_reported",),
        (),
        PARCEL,
        stands(("missing", 0, "")),
        calls=(
            ("parcel.look", {"remind_days": 2, "missing_days": 10, "lost_days": 10}),
            ("parcel.report_missing", {"shipment_id": "S1"}),
        ),
        never=("parcel.remind",),
        message=SENT,
    ),
    Path(
        "silent-then-scanned-then-arrived",
        "case_parcel_watch",
        ("event_watch_over",),
        (wait("P2D"), wait("P3D"), send("tracking_event"), send("tracking_event")),
        PARCEL,
        stands(
            ("waiting", 0, "2026-11-26T00:00:00+00:00"),
            ("unscanned", 1, "2026-11-29T00:00:00+00:00"),
            ("stalled", 1, LATER),
            ("waiting", 0, LATER),
            ("over", 0, ""),
        ),
        calls=(
            ("parcel.remind", {"shipment_id": "S1", "stage": "unscanned", "step": 1}),
            ("parcel.remind", {"stage": "stalled"}),
        ),
        never=("parcel.report_missing",),
        message=SENT,
    ),
)

MISSED = (
    Path(
        "received",
        "missing_parcel",
        ("event_return_ruled",),
        (assigned("task_rule_parcel", "platform"), rule("received")),
        {**PARCEL, **DAYS},
        ruled("return", "received"),
        calls=(rules("received"),),
        message=MISSING,
    ),
    Path(
        "settled",
        "missing_parcel",
        ("event_settled",),
        (rule("received"),),
        {**PARCEL, **DAYS, "direction": "exchange"},
        ruled("settled", "received"),
        never=("notify.send",),
        message=MISSING,
    ),
    Path(
        "sent-anew",
        "missing_parcel",
        ("event_platform_told", "event_sent_anew"),
        (
            rule("again"),
            assigned("task_send_anew", "shop:shop-1"),
            wait("P3D"),
            complete("task_send_anew", carrier="中通快递", tracking_no="ZT7654321"),
        ),
        {**PARCEL, **DAYS, "direction": "exchange"},
        ruled("anew", "again"),
        calls=(
            ("notify.send", {"to": "seller", "template": "parcel_send_anew"}),
            ("notify.send", {"to": "platform", "template": "parcel_anew_overdue"}),
            ("parcel.send_anew", {"carrier": "中通快递", "tracking_no": "ZT7654321"}),
        ),
        message=MISSING,
    ),
    Path(
        "ruled-on-late",
        "missing_parcel",
        ("event_ruling_urged", "event_settled"),
        (wait("P3D"), rule("received")),
        {**PARCEL, **DAYS, "direction": "exchange"},
        ruled("settled", "received"),
        calls=(("notify.send", {"to": "platform", "template": "parcel_ruling_overdue"}),),
        message=MISSING,
    ),
    Path(
        "heard-of-and-watched-again",
        "missing_parcel",
        ("event_followed_again",),
        (send("case_parcel_news"), assigned("task_rule_parcel", "platform"), send("case_parcel_news")),
        {**PARCEL, **DAYS},
        stands(("missing", 0, ""), ("waiting", 0, LATER)),
        never=("parcel.rule",),
        message=MISSING,
    ),
    Path(
        "turned-up-while-it-was-waited-for",
        "missing_parcel",
        ("event_turned_up",),
        (rule("wait"), wait("P5D"), rule("wait"), send("case_parcel_news")),
        {**PARCEL, **DAYS},
        {
            **ruled("wait", "wait", "2026-11-29T00:00:00+00:00", LATER),
            **stands(("missing", 0, ""), ("over", 0, "")),
        },
        message=MISSING,
    ),
)

PARCELS = (*WATCHED, *MISSED)
