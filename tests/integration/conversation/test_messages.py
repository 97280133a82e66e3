"""The conversation of a case: who reads it, in which order, how it is told, and when it ends."""

from __future__ import annotations

import datetime as dt
import io
import re
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.clock import FixedClock
from processes.cases.tables import CancellationCase
from processes.conversation.errors import MessagesTooMany
from processes.conversation.posting import WriteMessage, write_message
from processes.conversation.reading import conversation_of, erase_words, unread_counts
from processes.conversation.rules import MESSAGES_MAXIMUM
from processes.conversation.tables import CaseMessage, ReadUpTo
from processes.disputes.hearing import open_dispute
from processes.notifications.tables import Notification
from processes.people.accounts import actor_of, find_account
from tests.integration.web.conftest import Person, Street
from tests.pictures import photo

PAGES = {"buyer1": "/cases/{}", "seller1": "/seller/cases/{}", "agent1": "/platform/cases/{}"}


def say(person: Person, case_no: str, text: str, key: str = "", *photos: str) -> int:
    form: dict[str, object] = {"text": text, "key": key or f"key-{text}"}
    if photos:
        form["evidence"] = [(io.BytesIO(photo(label)), f"{label}.jpg") for label in photos]
    return person.post(f"/conversation/{case_no}", form).status_code


def opened(street: Street) -> tuple[Person, Person, str]:
    buyer, seller = street.person("buyer1"), street.person("seller1")
    return buyer, seller, street.case(buyer, street.order())


def words(person: Person, case_no: str) -> list[str]:
    page = person.get(f"/conversation/{case_no}?part=messages").text
    return re.findall(r'<p class="message-text">([^<]*)</p>', page)


def people(session: Session) -> list[Actor]:
    """The buyer and the seller."""
    accounts = [find_account(session, login) for login in ("buyer1", "seller1")]
    return [actor_of(account) for account in accounts if account is not None]


def told(street: Street, login: str) -> list[Notification]:
    with street.tuidan.transaction() as session:
        account = find_account(session, login)
        assert account is not None
        query = sa.select(Notification).where(
            Notification.account_id == account.id, Notification.template == "message_received"
        )
        return list(session.scalars(query.order_by(Notification.created_at)))


def test_both_sides_read_the_messages_in_order_and_see_who_has_read_them(street: Street) -> None:
    buyer, seller, case_no = opened(street)
    assert say(buyer, case_no, "请问什么时候处理？") == 302
    page = buyer.get(f"/cases/{case_no}").text
    assert "请问什么时候处理？" in page
    assert "未读" in page
    assert "1 条新留言" in seller.get("/seller/").text
    assert "请问什么时候处理？" in seller.get(f"/seller/cases/{case_no}").text
    assert "条新留言" not in seller.get("/seller/").text
    assert "卖家已读" in buyer.get(f"/cases/{case_no}").text
    assert say(seller, case_no, "今天之内。") == 302
    assert "1 条新留言" in buyer.get("/cases").text
    assert words(buyer, case_no) == words(seller, case_no) == ["请问什么时候处理？", "今天之内。"]


def test_nobody_else_reads_or_writes(street: Street) -> None:
    buyer, _, case_no = opened(street)
    say(buyer, case_no, "只给卖家看")
    for login in ("buyer2", "seller2", "agent1", "senior1"):
        other = street.person(login)
        theirs, none = (other.get(f"/conversation/{no}") for no in (case_no, "C999"))
        assert theirs.status_code == none.status_code == 404, login
        assert say(other, case_no, "我也说一句") == 404, login
    for login in ("ops1", "analyst1"):
        assert street.person(login).get(f"/conversation/{case_no}").status_code == 403
    assert "只给卖家看" not in street.person("agent1").get(f"/platform/cases/{case_no}").text
    assert street.visitor().get(f"/conversation/{case_no}").status_code == 302
    with street.tuidan.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CaseMessage)) == 1


def test_an_agent_takes_part_once_the_platform_is_asked(street: Street) -> None:
    buyer, seller, case_no = opened(street)
    say(buyer, case_no, "早先说过的话")
    with street.tuidan.transaction() as session:
        open_dispute(session, session.get_one(CancellationCase, case_no), now=street.tuidan.clock.now())
    agent = street.person("agent1")
    assert "早先说过的话" in agent.get(f"/platform/cases/{case_no}").text
    assert say(agent, case_no, "请补充照片") == 302
    assert words(seller, case_no)[-1] == "请补充照片"
    assert "平台已读" in buyer.get(f"/cases/{case_no}").text
    assert [n.params["from"] for n in told(street, "buyer1")] == ["platform"]
    say(buyer, case_no, "已经补充")
    assert len(told(street, "agent1")) == len(told(street, "senior1")) == 1


def test_a_burst_is_told_once_and_again_only_after_it_was_read(street: Street) -> None:
    buyer, seller, case_no = opened(street)
    for number in range(4):
        say(buyer, case_no, f"第 {number} 句")
    assert len(told(street, "seller1")) == 1
    assert told(street, "seller2") == told(street, "buyer1") == []
    seller.get(f"/seller/cases/{case_no}")
    assert [n.read_at is not None for n in told(street, "seller1")] == [True]
    say(buyer, case_no, "还在吗？")
    assert [n.read_at is not None for n in told(street, "seller1")] == [True, False]


def test_files_go_with_a_message_and_the_same_one_can_be_shown_again(street: Street) -> None:
    buyer, seller, case_no = opened(street)
    assert say(buyer, case_no, "", "a", "刮痕") == 302
    assert say(buyer, case_no, "再看一次", "b", "刮痕") == 302
    page = seller.get(f"/conversation/{case_no}").text
    links = re.findall(r'href="(/evidence/[0-9a-f-]+)"', page)
    assert len(links) == 2
    assert len(set(links)) == 1
    assert seller.get(links[0], buffered=True).status_code == 200
    assert street.person("buyer2").get(links[0], buffered=True).status_code == 404


def test_a_closed_case_is_read_only_after_a_while(
    street: Street, clock: FixedClock, work: Callable[[], int]
) -> None:
    buyer, seller, case_no = opened(street)
    buyer.post(f"/cases/{case_no}/withdraw")
    clock.advance(dt.timedelta(days=14, hours=23))
    assert say(buyer, case_no, "谢谢") == 302
    clock.advance(dt.timedelta(hours=1))
    assert say(seller, case_no, "不客气") == 409
    assert "仍可查看" in seller.get(f"/seller/cases/{case_no}").text
    assert words(seller, case_no) == ["谢谢"]


def test_earlier_messages_are_a_page_away(street: Street) -> None:
    _, seller, case_no = opened(street)
    with street.tuidan.transaction() as session:
        buyer, _ = people(session)
        for number in range(55):
            command = WriteMessage(case_no=case_no, text=f"第{number}句", key=str(number))
            write_message(session, command, buyer, street.tuidan.clock.now())
    page = seller.get(f"/conversation/{case_no}").text
    assert "第54句" in page
    assert "第4句" not in page
    link = re.search(r'href="(/conversation/[^"]+before=\d+)"', page)
    assert link is not None
    assert "第0句" in seller.get(link[1]).text
    assert "第54句" not in seller.get(link[1]).text
    # Going back marks nothing as unread.
    with street.tuidan.transaction() as session:
        assert unread_counts(session, [case_no], "seller") == {}
        assert unread_counts(session, [case_no], "platform") == {case_no: 55}
        assert unread_counts(session, [], "platform") == {}
        rows = session.execute(sa.select(ReadUpTo.side, ReadUpTo.number)).all()
    assert [tuple(row) for row in rows] == [("seller", 55)]


def test_messages_written_at_once_have_numbers_without_gaps(street: Street) -> None:
    _, _, case_no = opened(street)
    with street.tuidan.transaction() as session:
        actors = people(session)

    def write(worker: int) -> None:
        for number in range(5):
            with street.tuidan.transaction() as session:
                # The last one is sent by two at once, with the same key.
                key = f"{worker}-{number}" if number < 4 else f"same-{worker % 2}"
                command = WriteMessage(case_no=case_no, text=key, key=key)
                write_message(session, command, actors[worker % 2], street.tuidan.clock.now())

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with street.tuidan.transaction() as session:
        numbers = session.scalars(sa.select(CaseMessage.number).order_by(CaseMessage.number)).all()
    assert list(numbers) == list(range(1, 4 * 4 + 2 + 1))


def test_messages_are_append_only_but_for_the_erasure_of_their_words(street: Street) -> None:
    buyer, _, case_no = opened(street)
    say(buyer, case_no, "我的电话是 138")
    for statement in (
        "UPDATE case_message SET text = 'x'",
        "UPDATE case_message SET text = '', erased_at = now(), author_name = 'x'",
        "DELETE FROM case_message",
    ):
        with pytest.raises(IntegrityError, match="append-only"), street.tuidan.transaction() as session:
            session.execute(sa.text(statement))
    with street.tuidan.transaction() as session:
        erase_words(session, session.scalars(sa.select(CaseMessage)).one(), street.tuidan.clock.now())
    page = buyer.get(f"/conversation/{case_no}").text
    assert "138" not in page
    assert "这条留言的内容已删除" in page


def test_what_is_refused_is_said_in_the_part_and_nothing_is_written(street: Street) -> None:
    buyer, _, case_no = opened(street)
    headers = {"HX-Request": "true", "X-CSRFToken": buyer.token()}

    def part(text: str, key: str) -> tuple[int, str]:
        answer = buyer.post(f"/conversation/{case_no}", {"text": text, "key": key}, headers=headers)
        assert "<html" not in answer.text
        return answer.status_code, answer.text

    for text, problem in (("", "请写点内容"), (" \n ", "请写点内容"), ("长" * 1001, "最多 1000 个字")):
        status, page = part(text, "k")
        assert (status, problem in page) == (400, True)
        assert text.strip() in page
    assert words(buyer, case_no) == []
    # A double click is one message; other words by the same key are a conflict.
    assert [part("一次", "k")[0], part("一次", "k")[0], part("两次", "k")[0]] == [200, 200, 409]
    assert say(buyer, case_no, "") == 400
    assert words(buyer, case_no) == ["一次"]


def test_a_key_is_its_authors_and_one_side_can_write_only_so_much(street: Street) -> None:
    _, _, case_no = opened(street)
    now = street.tuidan.clock.now()
    with street.tuidan.transaction() as session:
        buyer, seller = people(session)
        for actor in (buyer, seller):
            write_message(session, WriteMessage(case_no=case_no, text=actor.name, key="k"), actor, now)
        view = conversation_of(session, session.get_one(CancellationCase, case_no), buyer, now)
        assert view is not None
        assert [line.mine for line in view.lines] == [True, False]
        session.execute(
            sa.text(
                "INSERT INTO case_message SELECT gen_random_uuid(), case_no, number + n, side, author_id, "
                "author_name, text, at, key || n FROM case_message, generate_series(1, :more) n "
                "WHERE side = 'seller'"
            ),
            {"more": MESSAGES_MAXIMUM - 1},
        )
        session.execute(sa.text("UPDATE conversation SET messages = :all"), {"all": MESSAGES_MAXIMUM + 1})
        with pytest.raises(MessagesTooMany):
            write_message(session, WriteMessage(case_no=case_no, text="二", key="last"), seller, now)
        write_message(session, WriteMessage(case_no=case_no, text="二", key="last"), buyer, now)
