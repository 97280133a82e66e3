"""What isn't somebody's looks to him as if it weren't there; pages of other roles are closed."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from engine.tables import UserTask
from tests.integration.web.conftest import Street

NOWHERE = uuid.UUID(int=0)


@pytest.mark.parametrize(
    "path",
    [
        "/orders", "/orders/W000001", "/orders/W000001/cancel", "/cases", "/notifications",
        "/seller/", "/seller/orders", "/seller/decided", "/platform/", "/operator/",
    ],
)  # fmt: skip
def test_nothing_is_shown_without_a_sign_in(street: Street, path: str) -> None:
    answer = street.visitor().get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("buyer1", "/seller/"),
        ("buyer1", "/platform/"),
        ("buyer1", "/operator/"),
        ("seller1", "/orders"),
        ("seller1", "/platform/"),
        ("agent1", "/seller/"),
        ("ops1", "/orders"),
    ],
)
def test_pages_of_other_roles_are_closed(street: Street, login: str, path: str) -> None:
    answer = street.person(login).get(path)
    assert answer.status_code == 403
    assert "people.wrong_role" in answer.text


def test_somebody_elses_order_looks_like_one_that_does_not_exist(street: Street) -> None:
    number = street.order(buyer="buyer2", shop="shop2")
    for login, prefix in (("buyer1", ""), ("seller1", "/seller")):
        person = street.person(login)
        theirs, none = (person.get(f"{prefix}/orders/{no}") for no in (number, "W999999"))
        assert theirs.status_code == none.status_code == 404
        assert "order.not_found" in theirs.text
        assert number not in person.get(f"{prefix}/orders").text
    buyer = street.person("buyer1")
    assert buyer.get(f"/orders/{number}/cancel").status_code == 404
    assert buyer.post(f"/orders/{number}/cancel", {"choice": "buyer:B_MIND"}).status_code == 404


def test_somebody_elses_case_looks_like_one_that_does_not_exist(street: Street) -> None:
    owner = street.person("buyer2")
    case_no = street.case(owner, street.order(buyer="buyer2", shop="shop2"))
    with street.tuidan.transaction() as session:
        task_id = session.scalar(sa.select(UserTask.id).where(UserTask.business_key == case_no))
    assert owner.get(f"/cases/{case_no}").status_code == 200
    for login, prefix in (("buyer1", ""), ("seller1", "/seller")):
        person = street.person(login)
        theirs, none = (person.get(f"{prefix}/cases/{no}") for no in (case_no, "C999"))
        assert theirs.status_code == none.status_code == 404
        assert "case.not_found" in theirs.text
        tasks = f"{prefix}/cases/{case_no}/tasks"
        assert person.post(f"{tasks}/{task_id}", {"decision": "agree"}).status_code == 404
        assert person.post(f"{tasks}/{NOWHERE}", {"decision": "agree"}).status_code == 404
    assert street.person("buyer1").post(f"/cases/{case_no}/withdraw").status_code == 404
    assert case_no not in street.person("seller1").get("/seller/").text
    assert case_no in street.person("seller2").get("/seller/").text
    # Nothing of all that has changed anything.
    with street.tuidan.transaction() as session:
        assert session.scalar(sa.select(UserTask.id).where(UserTask.business_key == case_no)) == task_id


def test_a_batch_leaves_other_shops_requests_alone(street: Street) -> None:
    case_no = street.case(street.person("buyer2"), street.order(buyer="buyer2", shop="shop2"))
    with street.tuidan.transaction() as session:
        task_id = session.scalar(sa.select(UserTask.id).where(UserTask.business_key == case_no))
    seller = street.person("seller1")
    seller.post("/seller/cases/batch", {"decision": "agree", "task": str(task_id)})
    with street.tuidan.transaction() as session:
        assert session.get(UserTask, task_id) is not None


def test_a_notification_of_somebody_else_is_not_found(street: Street) -> None:
    assert street.person("buyer1").post(f"/notifications/{uuid.uuid4()}").status_code == 404
