"""Evidence through the web: required where the rules say so, kept whole or not at all, private."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from processes.cases.tables import CancellationCase
from processes.evidence.keeping import erase
from processes.evidence.tables import Evidence
from tests.integration.web.conftest import Person, Street
from tests.pictures import HTML, MP4, PDF, SVG, bomb, photo
from tests.storefront import ship

DEFECT = {"choice": "product:Q_DEFECT", "text": "袖口开线，无法穿着"}
LINK = re.compile(r'href="(/evidence/[0-9a-f-]+)"')


def files(*contents: tuple[str, bytes]) -> dict[str, Any]:
    return {"evidence": [(io.BytesIO(data), name) for name, data in contents]}


def rows(street: Street) -> list[Evidence]:
    with street.tuidan.transaction() as session:
        return list(session.scalars(sa.select(Evidence)))


def kept(street: Street) -> list[str]:
    folder = street.tuidan.settings.data_dir / "evidence"
    return [path.name for path in folder.rglob("*") if path.is_file()]


def delivered(street: Street) -> str:
    order_no = street.order()
    ship(street.tuidan, order_no, "delivered")
    return order_no


def erase_for_good(street: Street, link: str) -> None:
    with street.tuidan.transaction() as session:
        found = session.get_one(Evidence, uuid.UUID(link.rsplit("/", 1)[1]))
        keys = erase(session, found, now=street.tuidan.clock.now())
    for key in keys:
        street.tuidan.evidence.delete(key)


def ask(street: Street, buyer: Person, *contents: tuple[str, bytes], **changes: Any) -> Any:
    order_no = delivered(street)
    return street.request(buyer, order_no, **{**DEFECT, **changes, **files(*contents)})


def shown(street: Street, person: Person, path: str) -> list[str]:
    return LINK.findall(person.get(path).text)


def case_with_evidence(street: Street, buyer: Person, *contents: tuple[str, bytes]) -> str:
    answer = ask(street, buyer, *(contents or (("a.jpg", photo()),)))
    assert answer.status_code == 302, answer.text
    return str(answer.location.rsplit("/", 1)[1])


def test_both_sides_see_what_the_buyer_showed_and_nobody_else_does(street: Street) -> None:
    buyer = street.person("buyer1")
    case_no = case_with_evidence(street, buyer, ("a.jpg", photo()), ("v.mov", MP4), ("r.pdf", PDF))
    links = shown(street, buyer, f"/cases/{case_no}")
    assert len(links) == 3
    assert shown(street, street.person("seller1"), f"/seller/cases/{case_no}") == links
    for link in links:
        answer = street.person("seller1").get(link, buffered=True)
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"].startswith("private")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        for login in ("buyer2", "seller2", "agent1", "senior1", "ops1", "analyst1"):
            assert street.person(login).get(link, buffered=True).status_code == 404, login
            assert street.person(login).get(f"{link}/thumbnail", buffered=True).status_code == 404, login
        assert street.visitor().get(link, buffered=True).status_code in {302, 401}
    assert shown(street, street.person("agent1"), f"/platform/cases/{case_no}") == []
    assert buyer.get(f"{links[0]}/thumbnail", buffered=True).content_type == "image/jpeg"
    assert buyer.get(f"{links[1]}/thumbnail", buffered=True).status_code == 404
    part = buyer.get(links[1], headers={"Range": "bytes=4-7"}, buffered=True)
    assert (part.status_code, part.data) == (206, b"ftyp")
    assert buyer.get(links[2], buffered=True).headers["Content-Disposition"].startswith("attachment")
    with street.tuidan.transaction() as session:
        assert session.get_one(CancellationCase, case_no).photo_count == 1


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ((), "至少 1 张照片，目前有 0 张"),
        ((("a.pdf", PDF),), "至少 1 张照片，目前有 0 张"),
        ((("a.jpg", b""),), "文件“a.jpg”是空的"),
        ((("a.jpg", photo()), ("b.png", SVG)), "“b.png”的内容不是照片"),
        ((("a.jpg", photo()), ("b.jpg", HTML)), "“b.jpg”的内容不是照片"),
        ((("a.jpg", photo()), ("b.png", bomb())), "照片“b.png”已损坏"),
        (tuple((f"{n}.jpg", photo(str(n))) for n in range(10)), "最多可发送 9 个"),
    ],
)
def test_wrong_or_missing_evidence_is_said_and_nothing_is_kept(
    street: Street, contents: tuple[tuple[str, bytes], ...], words: str
) -> None:
    answer = ask(street, street.person("buyer1"), *contents)
    assert answer.status_code == 400
    assert words in answer.text
    assert rows(street) == []
    assert kept(street) == []
    with street.tuidan.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CancellationCase)) == 0


def test_a_video_shows_a_fault_as_well_as_a_photo_does(street: Street) -> None:
    assert ask(street, street.person("buyer1"), ("v.mp4", MP4)).status_code == 302


def test_damage_needs_two_different_photos(street: Street) -> None:
    buyer = street.person("buyer1")
    twice = (("a.jpg", photo()), ("b.jpg", photo()))
    damage = {"choice": "logistics:L_DAMAGE", "text": "外箱破损"}
    answer = ask(street, buyer, *twice, **damage)
    assert answer.status_code == 400
    assert "至少 2 张照片，目前有 1 张" in answer.text


def test_the_same_form_sent_twice_is_one_case_with_its_evidence_once(street: Street) -> None:
    buyer = street.person("buyer1")
    order_no = delivered(street)
    field = street.line_field(buyer, order_no)
    form = {"key": "one", field: "2", **DEFECT}
    first = buyer.post(f"/orders/{order_no}/cancel", {**form, **files(("a.jpg", photo()))})
    again = buyer.post(f"/orders/{order_no}/cancel", {**form, **files(("a.jpg", photo()))})
    assert first.location == again.location
    assert len(rows(street)) == 1
    other = buyer.post(f"/orders/{order_no}/cancel", {**form, **files(("b.jpg", photo("B")))})
    assert other.status_code == 409
    assert len(rows(street)) == 1


def refuse(street: Street, case_no: str, *contents: tuple[str, bytes]) -> Any:
    seller = street.person("seller1")
    task = re.search(
        rf"/seller/cases/{case_no}/tasks/[0-9a-f-]+", seller.get(f"/seller/cases/{case_no}").text
    )
    assert task is not None
    form = {
        "decision": "refuse",
        "refusal_code": "EVIDENCE_INSUFFICIENT",
        "explanation": "照片里看不清破损的位置。",
        **(files(*contents) if contents else {}),
    }
    return seller.post(task[0], form)


def test_a_refusal_that_needs_proof_waits_for_it(street: Street) -> None:
    buyer = street.person("buyer1")
    case_no = case_with_evidence(street, buyer)
    answer = refuse(street, case_no)
    assert answer.status_code == 400
    assert "以“凭证不足”拒绝时，需要上传能证明的照片或文件" in answer.text
    assert "照片里看不清破损的位置。" in answer.text
    assert refuse(street, case_no, ("p.jpg", b"nonsense")).status_code == 400
    assert [row.side for row in rows(street)] == ["buyer"]
    assert refuse(street, case_no, ("p.jpg", photo("P"))).status_code == 302
    assert sorted(row.side for row in rows(street)) == ["buyer", "seller"]
    assert len(shown(street, buyer, f"/cases/{case_no}")) == 2


def test_the_platform_sees_evidence_once_a_case_is_brought_before_it(street: Street) -> None:
    buyer = street.person("buyer1")
    case_no = case_with_evidence(street, buyer)
    refuse(street, case_no, ("p.jpg", photo("P")))
    page = buyer.get(f"/cases/{case_no}").text
    task = re.search(rf"/cases/{case_no}/tasks/[0-9a-f-]+", page)
    assert task is not None
    buyer.post(task[0], {"answer": "escalate", "escalation_text": "请平台看看照片"})
    agent = street.person("agent1")
    links = shown(street, agent, f"/platform/cases/{case_no}")
    assert len(links) == 2
    assert agent.get(links[0], buffered=True).status_code == 200
    task = re.search(rf"/cases/{case_no}/tasks/[0-9a-f-]+", buyer.get(f"/cases/{case_no}").text)
    assert task is not None
    buyer.post(task[0], {"text": "补充照片", **files(("more.jpg", photo("more")))})
    assert len(shown(street, agent, f"/platform/cases/{case_no}")) == 3


def send(person: Person, path: str, form: dict[str, Any], content: bytes) -> int:
    """Send a large file; the body is made in memory, not in a temporary file of the client's."""
    large = FileStorage(io.BytesIO(content), filename="v.mp4", content_type="video/mp4")
    boundary, body = encode_multipart({"csrf_token": person.token(), **form, "evidence": large})
    kind = f"multipart/form-data; boundary={boundary}"
    return person.client.post(path, data=body, content_type=kind).status_code


def test_large_bodies_are_taken_by_upload_pages_and_of_people_only(street: Street) -> None:
    buyer, large = street.person("buyer1"), MP4 + b"\0" * 3_000_000
    order_no = delivered(street)
    form = {street.line_field(buyer, order_no): "2", **DEFECT}
    path = f"/orders/{order_no}/cancel"
    assert send(buyer, path, form, large) == 302
    assert send(buyer, "/sign-out", {}, large) == 413
    assert send(street.visitor(), path, form, large) == 413


def test_erased_evidence_is_gone_and_content_that_another_needs_is_not(street: Street) -> None:
    buyer = street.person("buyer1")
    first = shown(street, buyer, f"/cases/{case_with_evidence(street, buyer)}")[0]
    second = shown(street, buyer, f"/cases/{case_with_evidence(street, buyer)}")[0]
    assert len(kept(street)) == 2
    erase_for_good(street, first)
    assert buyer.get(first, buffered=True).status_code == 404
    assert buyer.get(second, buffered=True).status_code == 200
    erase_for_good(street, second)
    assert kept(street) == []
    assert [row.erased_at is not None for row in rows(street)] == [True, True]
