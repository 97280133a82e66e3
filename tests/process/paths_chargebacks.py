"""Paths through the watch over a charge-back."""

from __future__ import annotations

from engine.values import Variables
from tests.process.running import Path, finish, send, wait

DISPUTED: Variables = {"provider": "stripe", "reference": "dp_1"}
ASKED: Variables = {"asked_at": "2026-11-24T00:00:00+00:00"}
NO_FEE: Variables = {"fees": {}, "complete": True, **ASKED}

CHARGEBACKS = (
    Path(
        "decided-at-once",
        "chargeback_watch",
        ("event_decided",),
        (finish("task_ask_provider", status="cleared", **NO_FEE),),
        DISPUTED,
        calls=(("chargeback.record", {"provider": "stripe", "reference": "dp_1", "status": "cleared"}),),
    ),
    Path(
        "asked-after-news-and-every-day",
        "chargeback_watch",
        ("event_decided",),
        (
            finish("task_ask_provider", status="open", **NO_FEE),
            send("chargeback_news"),
            finish("task_ask_provider", status="open", **NO_FEE),
            wait("P1D"),
            finish("task_ask_provider", status="lost", fees={"CNY": 1500}, complete=True, **ASKED),
        ),
        DISPUTED,
        answers={"chargeback.record": lambda **given: {"decided": given["status"] != "open"}},
        calls=(
            ("chargeback.record", {"status": "open", "fees": {}, **ASKED}),
            ("chargeback.record", {"status": "lost", "fees": {"CNY": 1500}, "complete": True}),
        ),
    ),
)
