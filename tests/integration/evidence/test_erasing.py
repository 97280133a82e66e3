"""Erasure on request: asked for by oneself, answered by the platform, done for good when cases have ended."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from processes.conversation.posting import WriteMessage, write_message
from processes.conversation.tables import CaseMessage
from processes.evidence.tables import Evidence
from processes.people.accounts import actor_of, find_account
from processes.privacy.erasing import carry_out_erasures
from processes.privacy.tables import ContentToDelete, ErasureRequest
from tests.integration.evidence.test_uploading import ask, kept, rows
from tests.integration.web.conftest import Person, Street
from tests.pictures import photo


def write(street: Street, login: str, case_no: str, text: str) -> None:
    with street.tuidan.transaction() as session:
        account = find_account(session, login)
        assert account is not None
        command = WriteMessage(case_no=case_no, text=text, key=f"{login}-{text}")
        write_message(session, command, actor_of(account), street.tuidan.clock.now())


def complain(street: Street, buyer: Person, name: str) -> str:
    """Ask with a photo of its own, and write about it; returns the case's number."""
    answer = ask(street, buyer, (f"{name}.jpg", photo(name)))
    assert answer.status_code == 302, answer.text
    case_no = str(answer.location.rsplit("/", 1)[1])
    write(street, "buyer1", case_no, f"请看 {name}")
    write(street, "seller1", case_no, "收到")
    return case_no


def withdraw(street: Street, buyer: Person, case_no: str) -> None:
    assert buyer.post(f"/cases/{case_no}/withdraw").status_code == 302


def request_id(agent: Person) -> str:
    found = re.search(r'action="/platform/erasures/([0-9a-f-]+)"', agent.get("/platform/erasures").text)
    assert found is not None
    return found[1]


def work(street: Street) -> None:
    tuidan = street.tuidan
    while carry_out_erasures(tuidan.transaction, tuidan.evidence, tuidan.clock.now()):
        pass


def words(street: Street) -> list[tuple[str, str]]:
    with street.tuidan.transaction() as session:
        found = sa.select(CaseMessage.author_name, CaseMessage.text).order_by(
            CaseMessage.case_no, CaseMessage.number
        )
        return [(row[0], row[1]) for row in session.execute(found)]


def test_what_he_has_shown_and_written_goes_and_that_he_did_stays(street: Street) -> None:
    buyer, agent = street.person("buyer1"), street.person("agent1")
    ended, running = complain(street, buyer, "ended"), complain(street, buyer, "running")
    withdraw(street, buyer, ended)
    assert len(kept(street)) == 4
    assert "2 个文件和 2 条留言" in buyer.get("/settings").text
    assert buyer.post("/settings/erasure", {"action": "ask", "words": "隐私"}).status_code == 302
    assert buyer.post("/settings/erasure", {"action": "ask"}).status_code == 409
    work(street)
    assert len(kept(street)) == 4
    number = request_id(agent)
    assert agent.post(f"/platform/erasures/{number}", {"answer": "accept"}).status_code == 302
    assert agent.post(f"/platform/erasures/{number}", {"answer": "accept"}).status_code == 404
    work(street)
    by_case = {piece.case_no: piece for piece in rows(street)}
    assert (by_case[ended].erased_at is None, by_case[running].erased_at is None) == (False, True)
    assert (by_case[ended].name, by_case[ended].uploaded_by_name) == ("", "王芳")
    assert len(kept(street)) == 2
    assert words(street) == [("王芳", ""), ("陈掌柜", "收到"), ("王芳", "请看 running"), ("陈掌柜", "收到")]
    assert "/evidence/" not in buyer.get(f"/cases/{ended}").text
    withdraw(street, buyer, running)
    work(street)
    assert kept(street) == []
    assert [text for _, text in words(street)] == ["", "收到", "", "收到"]
    assert "2 个文件、2 条留言" in buyer.get("/settings").text
    assert "已清除" in buyer.get("/notifications").text


def test_content_that_somebody_else_shows_too_stays_for_him(street: Street) -> None:
    buyer, agent = street.person("buyer1"), street.person("agent1")
    case_no = complain(street, buyer, "same")
    withdraw(street, buyer, case_no)
    # The buyer's file, shown by the seller in the same case.
    with street.tuidan.transaction() as session:
        mine = session.scalars(sa.select(Evidence)).one()
        values = {column.name: getattr(mine, column.name) for column in Evidence.__table__.columns}
        del values["id"]
        session.add(Evidence(**(values | {"uploaded_by": "someone", "side": "seller"})))
    before = sorted(kept(street))
    buyer.post("/settings/erasure", {"action": "ask"})
    agent.post(f"/platform/erasures/{request_id(agent)}", {"answer": "accept"})
    work(street)
    assert sorted(kept(street)) == before
    with street.tuidan.transaction() as session:
        assert session.scalar(sa.select(ErasureRequest.status)) == "done"


def test_a_refusal_gives_its_reason_and_changes_nothing(street: Street) -> None:
    buyer, agent = street.person("buyer1"), street.person("agent1")
    withdraw(street, buyer, complain(street, buyer, "kept"))
    buyer.post("/settings/erasure", {"action": "ask"})
    path = f"/platform/erasures/{request_id(agent)}"
    assert agent.post(path, {"answer": "refuse", "reason": "  "}).status_code == 400
    assert agent.post(path, {"answer": "refuse", "reason": "诉讼尚未结束"}).status_code == 302
    work(street)
    assert len(kept(street)) == 2
    assert "诉讼尚未结束" in buyer.get("/settings").text
    assert "诉讼尚未结束" in buyer.get("/notifications").text
    assert buyer.post("/settings/erasure", {"action": "ask"}).status_code == 302
    assert buyer.post("/settings/erasure", {"action": "withdraw"}).status_code == 302
    assert agent.post(path, {"answer": "accept"}).status_code == 404


def test_only_the_platform_answers(street: Street) -> None:
    buyer = street.person("buyer1")
    withdraw(street, buyer, complain(street, buyer, "mine"))
    buyer.post("/settings/erasure", {"action": "ask"})
    path = f"/platform/erasures/{request_id(street.person('agent1'))}"
    for login in ("buyer1", "seller1", "ops1"):
        assert street.person(login).get("/platform/erasures").status_code == 403
        assert street.person(login).post(path, {"answer": "accept"}).status_code == 403


class Gone(Exception):
    """The store fails."""


def test_content_that_could_not_be_deleted_is_deleted_later(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer, agent = street.person("buyer1"), street.person("agent1")
    withdraw(street, buyer, complain(street, buyer, "later"))
    buyer.post("/settings/erasure", {"action": "ask"})
    agent.post(f"/platform/erasures/{request_id(agent)}", {"answer": "accept"})

    def fail(_key: str) -> None:
        raise Gone

    with monkeypatch.context() as patched:
        patched.setattr(street.tuidan.evidence, "delete", fail)
        with pytest.raises(Gone):
            work(street)
    assert len(kept(street)) == 2
    work(street)
    assert kept(street) == []
    with street.tuidan.transaction() as session:
        assert session.scalars(sa.select(ContentToDelete)).all() == []
