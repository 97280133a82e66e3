"""Paths through the watch over a charge-back."""

from __future__ import annotations

from engine.values import Variables
from tests.process.running import Path, finish, send, wait

DISPUTED: Variables = {"provider": "stripe", "reference": "dp_1"}

CHARGEBACKS = (
    Path(
        "decided-at-once",
        "chargeback_watch",
        ("event_decided",),
        (finish("task_ask_provider", status="cleared"),),
        DISPUTED,
        calls=(("chargeback.record", {"provider": "stripe", "reference": "dp_1", "status": "cleared"}),),
    ),
    Path(
        "asked-after-news-and-every-day",
        "chargeback_watch",
        ("event_decided",),
        (
            finish("task_ask_provider", status="open"),
            send("chargeback_news"),
            finish("task_ask_provider", status="open"),
            wait("P1D"),
            finish("task_ask_provider", status="lost"),
        ),
        DISPUTED,
        answers={"chargeback.record": lambda **given: {"decided": given["status"] != "open"}},
        calls=(("chargeback.record", {"status": "open"}), ("chargeback.record", {"status": "lost"})),
    ),
)
