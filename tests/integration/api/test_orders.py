"""Orders, payments, parcels and tracking by the HTTP API."""

from __future__ import annotations

import pytest

from tests.integration.api.bodies import Body, a_payment, a_shipment, an_order
from tests.integration.api.callers import Caller


def test_an_order_goes_its_way(api: Caller) -> None:
    placed = api.post("/orders", an_order())
    assert placed.status_code == 201
    assert placed.json is not None
    assert (placed.json["state"], placed.json["total"]) == ("unpaid", 22400)
    assert [line["discount"] for line in placed.json["lines"]] == [54, 46]
    paid = api.post("/orders/A1/payments", a_payment())
    assert (paid.status_code, paid.json and paid.json["state"]) == (201, "paid")
    shipped = api.post("/shipments", a_shipment(lines=[{"line_no": 1, "quantity": 1}]))
    assert shipped.status_code == 201
    assert shipped.json is not None
    number = shipped.json["shipment_no"]
    event = {"event_id": "E1", "event": "delivered", "at": "2026-03-10T11:00:00+08:00", "place": "杭州"}
    reported = api.post(f"/shipments/{number}/events", event)
    assert (reported.status_code, reported.json and reported.json["recorded"]) == (201, True)
    again = api.post(f"/shipments/{number}/events", event)
    assert (again.status_code, again.json and again.json["recorded"]) == (200, False)
    order = api.get("/orders/A1").json
    assert order is not None
    assert order["state"] == "partly_shipped"
    assert order["lines"][0]["quantity_shipped"] == 1
    assert [key for _, key, _ in api.engine.started] == [number]


def test_the_same_key_gets_the_same_answer(api: Caller) -> None:
    first = api.post("/orders", an_order(), key="k1")
    api.post("/orders/A1/payments", a_payment())
    again = api.post("/orders", an_order(), key="k1")
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    other_key = api.post("/orders", an_order(), key="k2")
    assert (other_key.status_code, other_key.json and other_key.json["state"]) == (200, "paid")


def test_the_order_of_fields_makes_no_other_body(api: Caller) -> None:
    api.post("/orders", an_order(), key="k1")
    turned = dict(reversed(list(an_order().items())))
    assert api.post("/orders", turned, key="k1").status_code == 201


def test_the_same_key_with_another_request_is_a_conflict(api: Caller) -> None:
    api.post("/orders", an_order(), key="k1")
    for answer in (
        api.post("/orders", an_order(freight=0), key="k1"),
        api.post("/orders/A1/payments", a_payment(), key="k1"),
    ):
        assert answer.status_code == 409
        assert answer.json is not None
        assert answer.json["error"]["code"] == "api.idempotency_key_reused"


def test_keys_of_two_shops_do_not_meet(shops: tuple[Caller, Caller]) -> None:
    one, two = shops
    assert one.post("/orders", an_order(), key="k1").status_code == 201
    assert two.post("/orders", an_order("B1"), key="k1").status_code == 201


def test_a_refused_request_leaves_its_key_free(api: Caller) -> None:
    assert api.post("/orders", an_order(discount=99999), key="k1").status_code == 400
    assert api.post("/orders", an_order(), key="k1").status_code == 201


def test_another_shops_order_looks_like_none(shops: tuple[Caller, Caller]) -> None:
    one, two = shops
    one.post("/orders", an_order())
    shipped = one.post("/shipments", a_shipment()).json
    assert shipped is not None
    event = {"event_id": "E1", "event": "in_transit", "at": "2026-03-10T11:00:00+08:00"}
    pairs = [
        (two.get("/orders/A1"), two.get("/orders/NONE")),
        (two.post("/orders/A1/payments", a_payment()), two.post("/orders/NONE/payments", a_payment())),
        (
            two.post("/shipments", a_shipment(tracking_no="X")),
            two.post("/shipments", a_shipment(order_no="NONE")),
        ),
        (
            two.post(f"/shipments/{shipped['shipment_no']}/events", event),
            two.post("/shipments/S20260310999999/events", event),
        ),
    ]
    for theirs, nobodys in pairs:
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.json == nobodys.json


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"freight": "800"}, "freight", "int_type"),
        ({"freight": 8.5}, "freight", "int_type"),
        ({"freight": True}, "freight", "int_type"),
        ({"freight": -1}, "freight", "greater_than_equal"),
        ({"freight": 10**30}, "freight", "less_than_equal"),
        ({"colour": "red"}, "colour", "extra_forbidden"),
        ({"lines": []}, "lines", "too_short"),
        ({"lines": [{"sku": "T-1"}]}, "lines.0.title", "missing"),
        ({"placed_at": "2026-03-10T10:00:00"}, "placed_at", "timezone_aware"),
        ({"placed_at": "0001-01-01T00:00:00+14:00"}, "placed_at", "value_error"),
        ({"placed_at": 1}, "placed_at", "datetime_type"),
        ({"remark": "a\u0000b"}, "remark", "value_error"),
        ({"buyer": None}, "buyer", "model_type"),
        ({"order_no": "a/b"}, "order_no", "string_pattern_mismatch"),
        ({"order_no": "A1\n"}, "order_no", "string_pattern_mismatch"),
        ({"currency": "XXX"}, "currency", "value_error"),
    ],
)
def test_a_field_that_does_not_fit_is_named(api: Caller, changes: Body, path: str, code: str) -> None:
    answer = api.post("/orders", an_order(**changes))
    assert answer.status_code == 400
    assert answer.json is not None
    error = answer.json["error"]
    assert error["code"] == "api.body_invalid"
    assert (path, code) in {(one["path"], one["code"]) for one in error["params"]["fields"]}
    assert api.get("/orders/A1").status_code == 404


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[1", b"\xff\xfe", b'{"a": NaN', b'{"order_no": "\\ud800"}', b"[" * 100000]
)
def test_what_is_not_json_is_refused(api: Caller, raw: bytes) -> None:
    answer = api.post("/orders", raw)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["error"]["code"] == "api.body_not_json"


def test_a_large_body_is_refused(api: Caller) -> None:
    assert api.post("/orders", b'"' + b"x" * 10_000_000 + b'"').status_code == 413


def test_a_body_of_another_kind_is_refused(api: Caller) -> None:
    assert api.post("/orders", b"{}", **{"Content-Type": "text/plain"}).status_code == 415


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic abc", "Bearer \u00e9"])
def test_without_the_token_nothing_is_told(api: Caller, header: str) -> None:
    api.post("/orders", an_order())
    for answer in (
        api.client.get("/api/v1/orders/A1", headers={"Authorization": header}),
        api.post("/orders", {}, Authorization=header),
    ):
        assert answer.status_code == 401
        assert answer.json is not None
        assert answer.json["error"]["code"] == "api.not_authorized"


@pytest.mark.parametrize("key", [" ", "x" * 201, "schl\u00fcssel"])
def test_a_change_needs_a_usable_key(api: Caller, key: str) -> None:
    answer = api.post("/orders", an_order(), key=key)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["error"]["code"] == "api.idempotency_key_missing"


def test_a_number_with_a_control_character_names_nothing(api: Caller) -> None:
    assert api.get("/orders/A%00").status_code == 404
    assert api.get("/cases/C%00").status_code == 404


def test_a_shipped_parcel_is_recorded_once(api: Caller) -> None:
    api.post("/orders", an_order())
    assert api.post("/shipments", a_shipment()).status_code == 201
    assert api.post("/shipments", a_shipment()).status_code == 200
    more = api.post("/shipments", a_shipment(lines=[{"line_no": 1, "quantity": 1}]))
    assert (more.status_code, more.json and more.json["error"]["code"]) == (409, "shipping.conflict")
