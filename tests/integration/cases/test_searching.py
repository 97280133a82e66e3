"""Searching cases: any part of what they are searched by, found by the index of pairs."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from processes.cases import walking
from processes.cases.inbox import InboxFilters, seller_inbox
from processes.cases.tables import CancellationCase
from processes.cases.walking import matches
from tests.integration.cases.play import Play


def test_parts_in_any_script_are_found_and_pairs_in_another_order_are_not(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [play.ask(play.order()) for _ in range(3)]
    texts = ("羊绒大衣 c1 李雷", "大衣羊绒大 100%_c1", "衣")
    with play.tuidan.transaction() as session:
        for number, text in zip(numbers, texts, strict=True):
            session.get_one(CancellationCase, number).search_text = text
        session.flush()

        def found(words: str) -> list[int]:
            query = sa.select(CancellationCase.case_no).where(matches(words))
            return sorted(numbers.index(number) for number in session.scalars(query))

        assert found("羊绒大衣") == [0]
        assert found("大衣") == [0, 1]
        assert found("C1") == [0, 1]
        assert found("0%_C") == [1]
        assert found("%_") == [1]
        assert found("衣") == [0, 1, 2]
        assert found("不存在") == []
        groups = play.seller.groups
        for few in (200, 1):
            monkeypatch.setattr(walking, "FEW", few)
            for words, meant in (("羊绒大衣", [0]), ("大衣", [0, 1]), ("不存在", [])):
                page = seller_inbox(session, groups, InboxFilters(search=words), now=play.clock.now())
                assert sorted(numbers.index(row.task.business_key) for row in page.rows) == meant
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        query = sa.select(CancellationCase.case_no).where(matches("大衣"))
        plan = session.scalars(
            sa.text(f"EXPLAIN {query.compile(session.connection(), compile_kwargs={'literal_binds': True})}")
        ).all()
        assert any("ix_cancellation_case_search" in line for line in plan), plan
