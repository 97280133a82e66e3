"""The queue of disputes: an appeal stays in it for the agent whose ruling it is, marked as a colleague's."""

from __future__ import annotations

import sqlalchemy as sa

from engine.tables import UserTask
from tests.integration.web.conftest import Person, Street
from tests.integration.web.test_pages import check

MARK = "a colleague has to rule on the appeal"
RULED = {"ruling": "buyer", "reasons": "没有定制约定", "fault": "seller", "freight_payer": "seller"}
APPEAL = {"ruling_answer_given": "appeal", "appeal_text": "有新的聊天记录"}


def test_an_appeal_of_ones_own_ruling_is_marked_as_a_colleagues(street: Street) -> None:
    senior, colleague = street.person("senior1"), street.person("agent1")
    senior.post("/language", {"locale": "en"})
    cases, costs = set(), []
    for _ in range(2):
        cases.add(appealed(street, ruled_by=senior))
        costs.append(statements(street, senior))
    page = check(senior, "/platform/")
    assert page.count(MARK) == len(cases) == 2
    assert (page.count("Look at it"), page.count("Look into it")) == (2, 0)
    assert all(case_no in page for case_no in cases)
    assert costs[0] == costs[1]
    appealed(street, ruled_by=colleague)
    page = check(senior, "/platform/")
    assert (page.count(MARK), page.count("Look into it")) == (2, 1)


def appealed(street: Street, *, ruled_by: Person) -> str:
    """Take a case to an appeal that waits for its ruling, and return its number."""
    buyer, seller = street.person("buyer1"), street.person("seller1")
    case_no = street.case(buyer, street.order())
    refused = {"decision": "refuse", "refusal_code": "CUSTOM_MADE", "explanation": "已按要求定制"}
    for person, path, element, values in (
        (seller, "/seller", "task_review_request", refused),
        (buyer, "", "task_answer_refusal", {"answer": "escalate", "escalation_text": "并没有定制"}),
        (buyer, "", "task_buyer_statement", {"text": "订单里没有定制要求"}),
        (seller, "/seller", "task_seller_statement", {"text": "我们已经开工了"}),
        (ruled_by, "/platform", "task_rule", RULED),
        (buyer, "", "task_buyer_answers_ruling", {"ruling_answer_given": "accept"}),
        (seller, "/seller", "task_seller_answers_ruling", APPEAL),
        (buyer, "", "task_buyer_statement", {"text": "聊天记录与本单无关"}),
        (seller, "/seller", "task_seller_statement", {"text": "聊天记录里写明了定制"}),
    ):
        with street.tuidan.transaction() as session:
            task = sa.select(UserTask.id).where(
                UserTask.business_key == case_no, UserTask.element_id == element
            )
            task_id = session.scalars(task).one()
        answer = person.post(f"{path}/cases/{case_no}/tasks/{task_id}", values)
        assert answer.status_code == 302, (element, answer.text)
    return case_no


def statements(street: Street, person: Person) -> int:
    """How many statements the queue's page costs."""
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    sa.event.listen(street.tuidan.database, "before_cursor_execute", counted)
    person.get("/platform/")
    sa.event.remove(street.tuidan.database, "before_cursor_execute", counted)
    return count
