"""Paths of units that the shop didn't accept: back to the buyer, or left to the shop."""

from __future__ import annotations

from tests.process.running import Path, assigned, complete, deadline, wait

REFUSED = "units_refused"
BUYER, SHOP = "buyer:buyer-1", "shop:shop-1"
send_refused = complete("task_send_refused", carrier="圆通速递", tracking_no="YT7654321")
SENT = ("return.record_refused_shipment", {"carrier": "圆通速递", "tracking_no": "YT7654321"})

REFUSED_UNITS = (
    Path(
        "nothing-there",
        "refused_units",
        ("event_nothing_refused",),
        answers={"return.list_refused": {"units": 0}},
        never=("notify.send",),
        message=REFUSED,
    ),
    Path(
        "left-to-the-shop",
        "refused_units",
        ("event_left",),
        (assigned("task_choose_way", BUYER), complete("task_choose_way", way="leave")),
        calls=(
            ("notify.send", {"to": "buyer", "template": "refused_choose"}),
            ("return.keep_refused", {}),
            ("notify.send", {"to": "seller", "template": "refused_left"}),
        ),
        never=("return.choose_back",),
        message=REFUSED,
    ),
    Path(
        "sent-back-and-confirmed",
        "refused_units",
        ("event_given_back",),
        (
            complete("task_choose_way", way="back"),
            assigned("task_send_refused", SHOP),
            send_refused,
            assigned("task_acknowledge", BUYER),
            complete("task_acknowledge"),
        ),
        calls=(
            ("return.choose_back", {"lapsed": False}),
            ("notify.send", {"to": "seller", "template": "refused_to_send"}),
            SENT,
            ("notify.send", {"to": "buyer", "template": "refused_sent"}),
            ("return.close_refused", {"acknowledged": True}),
        ),
        never=("return.keep_refused",),
        message=REFUSED,
    ),
    Path(
        "nobody-says-anything",
        "refused_units",
        ("event_platform_told", "event_reminded", "event_unconfirmed"),
        (
            deadline("task_choose_way", "event_choose_overdue"),
            wait("P3D"),
            wait("P3D"),
            wait("P4D"),
            send_refused,
            deadline("task_acknowledge", "event_acknowledge_overdue"),
            wait("P10D"),
        ),
        calls=(
            ("return.choose_back", {"lapsed": True}),
            ("notify.send", {"to": "platform", "template": "refused_overdue"}),
            ("return.close_refused", {"acknowledged": False}),
        ),
        message=REFUSED,
    ),
)
