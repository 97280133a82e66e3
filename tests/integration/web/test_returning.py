"""A return on the pages: counted by the seller, read by the buyer, sent again, and settled in stock."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from engine.clock import FixedClock
from tests.integration.web.conftest import Person, Street
from tests.integration.web.test_pages import check
from tests.jobs import run_due_work
from tests.storefront import ship

TASK = re.compile(r'action="(/(?:seller/)?cases/[^"]+/tasks/[^"]+)"')
FOUND = re.compile(r'name="(found-[0-9a-f-]+)-good"')


def do(person: Person, page: str, **values: str) -> str:
    """Complete the reader's task on a page and return the page as it is then."""
    task = TASK.search(check(person, page))
    assert task is not None
    answer = person.post(task[1], values)
    assert answer.status_code == 302, answer.text
    return check(person, page)


def on_its_way(street: Street, buyer: Person, seller: Person) -> str:
    """A case of two units of the wrong style, which the buyer has sent back."""
    number = street.order()
    ship(street.tuidan, number, "delivered")
    asked = street.request(buyer, number, choice="product:Q_EXPECT", text="和想象的不一样")
    case_no = asked.location.rsplit("/", 1)[1]
    do(seller, f"/seller/cases/{case_no}", decision="agree")
    do(buyer, f"/cases/{case_no}", carrier="圆通速递", tracking_no="YT0001234")
    return case_no


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_return_is_counted_and_the_rest_sent_again(street: Street, language: str) -> None:
    seller, buyer = street.person("seller1"), street.person("buyer1")
    for person in (seller, buyer):
        person.post("/language", {"locale": language})
    case_no = on_its_way(street, buyer, seller)
    theirs, his = f"/seller/cases/{case_no}", f"/cases/{case_no}"

    corrected = buyer.post(f"{his}/return/correction", {"carrier": "圆通速递", "tracking_no": "YT0009999"})
    assert corrected.status_code == 302
    assert "return/correction" not in check(buyer, his)
    assert "YT0009999" in check(seller, theirs)

    page = check(seller, theirs)
    field, task = FOUND.search(page), TASK.search(page)
    assert field is not None
    assert task is not None
    counts = {f"{field[1]}-good": "1", f"{field[1]}-damaged": "1"}
    said = {"inspection": "partly", "refusal_code": "RESALE_IMPAIRED", "explanation": "有一件已剪标"}
    short = seller.post(task[1], {**said, f"{field[1]}-good": "1"})
    assert short.status_code == 400
    assert 'name="explanation"' in short.text
    assert "有一件已剪标" in do(seller, theirs, **said, **counts)

    page = check(buyer, his)
    assert "有一件已剪标" in page
    assert f"{his}/return/again" in page
    assert buyer.post(f"{his}/return/again").status_code == 302
    page = do(buyer, his, carrier="圆通速递", tracking_no="YT0005678")
    assert f"{his}/return/again" not in page
    do(seller, theirs, inspection="accept")
    run_due_work(street.tuidan.engine)
    assert "¥198.00" in check(buyer, his)


def test_what_belongs_to_others_looks_like_nothing(street: Street) -> None:
    seller, buyer, other = (street.person(login) for login in ("seller1", "buyer1", "buyer2"))
    case_no = on_its_way(street, buyer, seller)
    number = {"carrier": "圆通", "tracking_no": "YT1"}
    for path in (f"/cases/{case_no}/return/correction", f"/cases/{case_no}/return/again"):
        assert other.post(path, number).status_code == 404
        assert buyer.post(path.replace(case_no, "C20991231000001"), number).status_code == 404


def test_units_that_nobody_looked_at_are_settled_on_the_page(street: Street, clock: FixedClock) -> None:
    seller, buyer = street.person("seller1"), street.person("buyer1")
    on_its_way(street, buyer, seller)
    clock.advance(dt.timedelta(days=31))
    run_due_work(street.tuidan.engine)
    page = check(seller, "/seller/stock")
    form = re.search(r'action="(/seller/stock/[^"]+)"', page)
    key = re.search(r'name="key" value="([^"]+inspect)"', page)
    assert form is not None
    assert key is not None
    given = {"key": key[1], "place": "inspect", "settlement": "quarantine", "units": "1", "note": "有划痕"}
    assert [seller.post(form[1], given).status_code for _ in range(2)] == [302, 302]
    page = check(seller, "/seller/stock?search=s1")
    assert "有划痕" in page
    assert page.count('<form class="settle"') == 2
    for wrong, status in (
        ({"units": "2"}, 409),
        ({"units": "x"}, 409),
        ({"note": " "}, 400),
        ({"settlement": "burn"}, 404),
        ({"place": "on_hand"}, 404),
    ):
        assert seller.post(form[1], {**given, "key": "other", **wrong}).status_code == status, wrong
    assert street.person("seller2").post(form[1], {**given, "key": "k"}).status_code == 404
    assert "/operator/stock/" in check(street.person("ops1"), "/operator/stock")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_parcels_on_their_way_are_answered_for_one_by_one(street: Street, language: str) -> None:
    seller, buyer, other = (street.person(login) for login in ("seller1", "buyer1", "seller2"))
    for person in (seller, buyer):
        person.post("/language", {"locale": language})
    number = street.order()
    case_no = street.case(buyer, number)
    ship(street.tuidan, number, "in_transit")
    run_due_work(street.tuidan.engine)
    answers = re.compile(r'action="(/seller/cases/[^"]+/parcels/[^"]+)"')
    found = answers.search(check(seller, f"/seller/cases/{case_no}"))
    assert found is not None
    assert seller.post(found[1], {"answer": "unanswered"}).status_code == 400
    assert other.post(found[1], {"answer": "accepted"}).status_code == 404
    assert not answers.search(check(buyer, f"/cases/{case_no}"))
    assert seller.post(found[1], {"answer": "too_late"}).status_code == 302
    assert seller.post(found[1], {"answer": "accepted"}).status_code == 409
    assert not answers.search(check(seller, f"/seller/cases/{case_no}"))
    check(buyer, f"/cases/{case_no}")


def test_a_return_that_nobody_scans_is_shown_to_all_and_ruled_on_by_the_platform(
    street: Street, clock: FixedClock
) -> None:
    seller, buyer, agent = (street.person(login) for login in ("seller1", "buyer1", "agent1"))
    buyer.post("/language", {"locale": "en"})
    case_no = on_its_way(street, buyer, seller)
    run_due_work(street.tuidan.engine)
    for days in (2, 3):
        clock.advance(dt.timedelta(days=days))
        run_due_work(street.tuidan.engine)
    assert "No carrier has scanned it yet" in check(buyer, f"/cases/{case_no}")
    assert "承运人还没有揽收记录" in check(seller, f"/seller/cases/{case_no}")
    assert "据说已寄出" in check(seller, "/notifications")
    clock.advance(dt.timedelta(days=5))
    run_due_work(street.tuidan.engine)
    assert "It counts as missing" in check(buyer, f"/cases/{case_no}")
    assert case_no in check(agent, "/platform/?stage=parcel")
    task = re.search(
        rf'action="(/platform/cases/{case_no}/tasks/[^"]+)"', check(agent, f"/platform/cases/{case_no}")
    )
    assert task is not None
    assert agent.post(task[1], {"verdict": "received", "reasons": "短"}).status_code == 400
    said = {"verdict": "received", "reasons": "承运人承认遗失，买家有寄件底单。"}
    assert agent.post(task[1], said).status_code == 302
    run_due_work(street.tuidan.engine)
    page = check(buyer, f"/cases/{case_no}")
    assert "counts as arrived" in page
    assert said["reasons"] in page
    assert "paid back" in page
    assert "It counts as missing" not in page
