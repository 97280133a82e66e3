"""Each role's pages, from an empty marketplace to a case that has gone all its way."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa

from engine.tables import UserTask
from tests.integration.web.conftest import Person, Street
from tests.jobs import run_due_work

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


class Outline(HTMLParser):
    """Checks that tags are closed in order, that ids are unique, and that fields have labels."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.headings = 0
        self.faults: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.headings += tag == "h1"
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"inline style or script on {tag}")
        if tag == "img" and "alt" not in given:
            self.faults.append("an image without words")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """SVG shapes close themselves."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


def check(person: Person, path: str) -> str:
    answer = person.get(path)
    assert answer.status_code == 200, path
    outline = Outline(answer.text)
    assert outline.faults == [], path
    assert outline.headings == 1, path
    assert sorted(outline.ids) == sorted(set(outline.ids)), path
    return answer.text


PAGES = [
    ("buyer1", ["/orders", "/cases", "/notifications"]),
    ("seller1", ["/seller/", "/seller/orders", "/seller/decided", "/notifications"]),
    ("agent1", ["/platform/", "/notifications"]),
]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_pages_of_an_empty_marketplace(street: Street, language: str) -> None:
    for login, paths in PAGES:
        person = street.person(login)
        person.post("/language", {"locale": language})
        for path in paths:
            check(person, path)


def task_of(street: Street, case_no: str) -> str:
    with street.tuidan.transaction() as session:
        return str(session.scalar(sa.select(UserTask.id).where(UserTask.business_key == case_no)))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_case_from_the_request_to_the_settled_refund(street: Street, language: str) -> None:
    buyer, seller = street.person("buyer1"), street.person("seller1")
    for person in (buyer, seller):
        person.post("/language", {"locale": language})
    number = street.order()
    assert f"/orders/{number}/cancel" in check(buyer, f"/orders/{number}")
    check(buyer, f"/orders/{number}/cancel")
    case_no = street.case(buyer, number)
    assert "data-countdown" in check(buyer, f"/cases/{case_no}")
    assert case_no in check(buyer, f"/orders/{number}")
    assert case_no in check(seller, "/seller/")
    check(seller, f"/seller/cases/{case_no}")
    check(seller, f"/seller/orders/{number}")
    path = f"/seller/cases/{case_no}/tasks/{task_of(street, case_no)}"
    assert seller.post(path, {"decision": "agree"}).status_code == 302
    run_due_work(street.tuidan.engine)
    done = check(buyer, f"/cases/{case_no}")
    assert "¥208.00" in done
    assert "chip-good" in done
    assert case_no in check(seller, "/seller/decided")
    assert case_no not in seller.get("/seller/").text
    check(buyer, "/notifications")


def test_several_requests_are_decided_alike(street: Street) -> None:
    buyer, seller = street.person("buyer1"), street.person("seller1")
    chosen = [street.case(buyer, street.order()) for _ in range(3)]
    tasks = [task_of(street, case_no) for case_no in chosen]
    answer = seller.post("/seller/cases/batch", {"decision": "agree", "task": tasks[:2]})
    assert answer.status_code == 302
    inbox = seller.get("/seller/").text
    assert [case_no in inbox for case_no in chosen] == [False, False, True]
    refusal = {"decision": "refuse", "refusal_code": "CUSTOM_MADE", "explanation": "定制商品，无法取消"}
    seller.post("/seller/cases/batch", {**refusal, "task": tasks[2:]})
    assert "定制商品，无法取消" in check(buyer, f"/cases/{chosen[2]}")


def test_a_notification_leads_to_its_case_and_is_read(street: Street) -> None:
    case_no = street.case(street.person("buyer1"), street.order())
    seller = street.person("seller1")
    assert 'class="badge"' in seller.get("/notifications/bell").text
    found = re.search(r'action="(/notifications/[0-9a-f-]{36})"', seller.get("/notifications").text)
    assert found is not None
    assert seller.post(found[1]).location == f"/seller/cases/{case_no}"
    assert 'class="badge"' not in seller.get("/notifications/bell").text
