"""Every rule of every decision table, by a question that it answers."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from engine.spiff.instants import add_duration
from engine.values import Variables
from processes.cases.reasons import REASONS
from processes.cases.rules import Initiator
from processes.catalog.rules import CATEGORIES, Treatment
from processes.orders.rules import OrderState
from tests.process.bundle import program
from tests.process.running import CASE
from tests.process.tables import TABLES, Row

ROWS = [(table, row) for table, rows in TABLES.items() for row in rows]


@pytest.mark.parametrize(("table", "row"), ROWS, ids=[f"{t}-{r[0]}-{i}" for i, (t, r) in enumerate(ROWS)])
def test_rule(table: str, row: Row) -> None:
    rule, variables, answer = row
    decision = program().decisions[table]
    asked = {**CASE, **variables}

    assert [match.id for match in decision.matches(asked)] == [rule]
    given = decision.decide(asked)
    assert {name: given[name] for name in answer} == answer


def test_every_rule_is_hit() -> None:
    hit = {(table, row[0]) for table, row in ROWS}
    rules = {(d.id, rule.id) for d in program().decisions.values() for rule in d.rules}
    assert rules == hit


def test_every_rule_says_what_it_is() -> None:
    for decision in program().decisions.values():
        for rule in decision.rules:
            assert rule.description, rule.id


def _cases() -> list[Variables]:
    states = [state.value for state in OrderState]
    who = [initiator.value for initiator in Initiator]
    return [
        {
            **CASE,
            "flow": flow.value,
            "reason": reason.code,
            "order_state": state,
            "initiator": initiator,
            "category": c,
        }
        for reason in REASONS.values()
        for flow in reason.flows
        for state, initiator, c in itertools.product(states, who, CATEGORIES)
    ]


def test_every_case_that_can_be_is_answered_by_the_limits() -> None:
    limits = program().decisions["cancellation_limits"]
    now = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    for case in _cases():
        answer = limits.decide(case)
        if answer["eligible"]:
            assert answer["ineligible_code"] == ""
            first, second, last = (
                add_duration(now, answer[name])
                for name in ("first_reminder", "second_reminder", "seller_decides")
            )
            assert now < first < second < last
            again, offer = (
                add_duration(now, answer[name]) for name in ("seller_decides_again", "buyer_answers_offer")
            )
            assert now < again <= last
            assert now < offer
            assert answer["offers_maximum"] >= 0
        else:
            assert answer["ineligible_code"]
            assert answer["ineligible_text"]


def test_every_eligible_case_has_its_liability_and_its_stock() -> None:
    tables = program().decisions
    eligible = [case for case in _cases() if tables["cancellation_limits"].decide(case)["eligible"]]
    assert eligible
    for case in eligible:
        answer = tables["liability_and_freight"].decide(case)
        assert answer["fault"] in {"nobody", "buyer", "seller", "carrier", "platform"}
        if case["order_state"] in {"unpaid", "paid", "picking"}:
            assert not answer["return_required"], "what hasn't left can't be sent back"
            assert not answer["intercept_first"], "what hasn't left can't be stopped"
        stock = tables["stock_disposition"].decide(case)
        for name in ("treatment", "good_treatment", "bad_treatment"):
            Treatment(stock[name])


def test_nobody_can_cancel_what_is_cancelled_or_not_there() -> None:
    limits = program().decisions["cancellation_limits"]
    for case in _cases():
        if case["order_state"] == "cancelled":
            assert not limits.decide(case)["eligible"]
