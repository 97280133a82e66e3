"""Bad input gets a clear answer in the reader's language, and changes nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.tables import UserTask
from processes.cases.tables import CancellationCase
from tests.integration.web.conftest import Street


def cases(street: Street) -> int:
    with street.tuidan.transaction() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(CancellationCase)) or 0


def test_a_form_without_its_token_is_refused(street: Street) -> None:
    person = street.person("buyer1")
    answer = person.client.post(f"/orders/{street.order()}/cancel", data={"choice": "buyer:B_MIND"})
    assert answer.status_code == 400
    assert "form.expired" in answer.text
    assert "表单已失效" in answer.text
    assert cases(street) == 0


def test_a_body_of_ten_megabytes_is_refused_kindly(street: Street) -> None:
    person = street.person("buyer1")
    answer = person.client.post(f"/orders/{street.order()}/cancel", data={"text": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "1 MB" in answer.text


def test_addresses_that_lead_nowhere_say_so(street: Street) -> None:
    person = street.person("buyer1")
    assert person.get("/nowhere").status_code == 404
    assert person.post("/orders").status_code == 405
    assert person.post("/cases/C1/tasks/not-an-id").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "page=abc",
        "page=-1",
        "page=99999999999999999999",
        "state=nowhere",
        "search=%00",
        "search=%25_'\"",
        "after=x",
    ],
)
def test_odd_parameters_are_as_good_as_none(street: Street, query: str) -> None:
    street.order()
    assert street.person("buyer1").get(f"/orders?{query}").status_code == 200
    assert street.person("buyer1").get(f"/cases?{query}").status_code == 200
    seller = street.person("seller1")
    for path in ("/seller/", "/seller/orders", "/seller/decided"):
        assert seller.get(f"{path}?{query}").status_code == 200
    assert street.person("agent1").get(f"/platform/?{query}").status_code == 200


def test_a_request_sent_twice_is_one_case(street: Street) -> None:
    person, number = street.person("buyer1"), street.order()
    field = street.line_field(person, number)
    data = {"choice": "buyer:B_MIND", "key": "same", field: "2"}
    first = person.post(f"/orders/{number}/cancel", data)
    second = person.post(f"/orders/{number}/cancel", data)
    assert first.status_code == second.status_code == 302
    assert first.location == second.location
    assert cases(street) == 1
    other = person.post(f"/orders/{number}/cancel", {**data, "choice": "buyer:B_WRONG"})
    assert other.status_code == 409
    assert cases(street) == 1


def test_a_second_request_for_the_same_line_names_the_first(street: Street) -> None:
    person, number = street.person("buyer1"), street.order()
    field = street.line_field(person, number)
    case_no = street.case(person, number)
    answer = person.post(f"/orders/{number}/cancel", {"choice": "buyer:B_MIND", "key": "k2", field: "1"})
    assert answer.status_code == 409
    assert case_no in answer.text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"choice": "buyer:NONSENSE"}, "请选择"),
        ({"choice": ""}, "请选择"),
        ({"choice": "product:B_MIND"}, "请选择"),
        ({"choice": "buyer:OTHER", "text": "短"}, "10"),
        ({"text": "x" * 3000}, "2000"),
    ],
)
def test_a_request_that_does_not_fit_is_shown_again_as_it_was(
    street: Street, changes: dict[str, str], says: str
) -> None:
    person = street.person("buyer1")
    answer = street.request(person, street.order(), **changes)
    assert answer.status_code == 400
    assert says in answer.text
    assert changes.get("text", "") in answer.text
    assert cases(street) == 0


@pytest.mark.parametrize("quantity", ["0", "3", "-1", "two", "1.5", "999999999999", ""])
def test_a_quantity_that_cannot_be_is_refused(street: Street, quantity: str) -> None:
    person, number = street.person("buyer1"), street.order()
    field = street.line_field(person, number)
    answer = street.request(person, number, **{field: quantity})
    assert answer.status_code == 400
    assert "data-error-summary" in answer.text
    assert cases(street) == 0


def test_a_refusal_without_code_and_words_is_shown_again(street: Street) -> None:
    case_no = street.case(street.person("buyer1"), street.order())
    seller = street.person("seller1")
    with street.tuidan.transaction() as session:
        task_id = session.scalar(sa.select(UserTask.id).where(UserTask.business_key == case_no))
    path = f"/seller/cases/{case_no}/tasks/{task_id}"
    answer = seller.post(path, {"decision": "refuse", "explanation": "已经做好了的说明" * 2})
    assert answer.status_code == 400
    assert "已经做好了的说明" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert seller.post(path, {"decision": "perhaps"}).status_code == 400
    assert seller.post(path, {}).status_code == 400


def test_a_decision_that_comes_second_hears_who_was_first(street: Street) -> None:
    case_no = street.case(street.person("buyer1"), street.order())
    seller = street.person("seller1")
    with street.tuidan.transaction() as session:
        task_id = session.scalar(sa.select(UserTask.id).where(UserTask.business_key == case_no))
    path = f"/seller/cases/{case_no}/tasks/{task_id}"
    assert seller.post(path, {"decision": "agree"}).status_code == 302
    late = seller.post(
        path, {"decision": "refuse", "refusal_code": "CUSTOM_MADE", "explanation": "定制商品不能取消"}
    )
    assert late.status_code == 409
    assert "陈掌柜" in late.text
    withdrawal = street.person("buyer1").post(f"/cases/{case_no}/withdraw")
    assert withdrawal.status_code == 409


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"decision": "agree"},
        {"decision": "agree", "task": "nonsense"},
        {"decision": "refuse", "task": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_a_batch_that_lacks_something_changes_nothing(street: Street, data: dict[str, str]) -> None:
    case_no = street.case(street.person("buyer1"), street.order())
    answer = street.person("seller1").post("/seller/cases/batch", data)
    assert answer.status_code == 400
    assert case_no in answer.text


def test_answers_are_in_the_readers_language(street: Street) -> None:
    person = street.person("buyer1")
    person.post("/language", {"locale": "en"})
    assert "There is no such order" in person.get("/orders/none").text
    assert "订单不存在" in street.person("buyer2").get("/orders/none").text


def test_every_page_keeps_scripts_frames_and_guessing_out(street: Street) -> None:
    answer = street.visitor().get("/sign-in")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
