"""The list of notifications at any length, letters that were given up, and what goes once it is old."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
import sqlalchemy as sa

from engine.clock import FixedClock
from processes.notifications import keeping, undelivered
from processes.notifications.inbox import COUNT_LIMIT, PAGE_SIZE
from processes.notifications.keeping import LETTERS_KEPT, forget_letters, forget_notifications
from processes.notifications.preferences import confirm_address, remove_address, set_address
from processes.notifications.tables import EmailAddress, EmailDelivery, Notification
from processes.notifications.undelivered import send_all_again
from processes.people.accounts import find_account
from tests.integration.web.conftest import Street

OPENED = re.compile(r'action="/notifications/([0-9a-f-]{36})"')


def account_of(street: Street, login: str) -> uuid.UUID:
    with street.tuidan.transaction() as session:
        account = find_account(session, login)
        assert account is not None
        return account.id


def tell(street: Street, login: str, count: int, *, since: int = 0) -> None:
    """Tell somebody so many things, a second apart."""
    account_id, now = account_of(street, login), street.tuidan.clock.now()
    with street.tuidan.transaction() as session:
        session.add_all(
            Notification(
                account_id=account_id,
                template="withdrawn",
                params={"order_no": f"N{number:04}"},
                dedup_key=f"{login}:{number}",
                created_at=now + dt.timedelta(seconds=number),
            )
            for number in range(since, since + count)
        )


def letters(street: Street, login: str, count: int, **values: object) -> None:
    """Letters of what somebody was told."""
    account_id, now = account_of(street, login), street.tuidan.clock.now()
    given = {
        "status": "failed",
        "address": f"{login}@example.com",
        "next_at": now,
        "created_at": now,
    } | values
    with street.tuidan.transaction() as session:
        told = session.scalars(
            sa.select(Notification.id)
            .outerjoin(EmailDelivery, EmailDelivery.notification_id == Notification.id)
            .where(Notification.account_id == account_id, EmailDelivery.id.is_(None))
            .limit(count)
        ).all()
        assert len(told) == count
        session.add_all(
            EmailDelivery(kind="notification", account_id=account_id, notification_id=one, **given)
            for one in told
        )


def address(street: Street, login: str, where: str) -> None:
    """Let somebody have a confirmed address."""
    account_id, now = account_of(street, login), street.tuidan.clock.now()
    with street.tuidan.transaction() as session:
        session.execute(sa.delete(EmailAddress).where(EmailAddress.account_id == account_id))
        set_address(session, account_id, where, now)
        confirm_address(session, account_id, where, now)
        session.execute(sa.delete(EmailDelivery).where(EmailDelivery.kind == "confirmation"))


def test_each_of_many_notifications_can_be_read(street: Street) -> None:
    tell(street, "buyer1", 2 * PAGE_SIZE + 5)
    buyer, other = street.person("buyer1"), street.person("buyer2")
    assert f"{COUNT_LIMIT - 1}+" in buyer.get("/notifications/bell").text
    seen: list[str] = []
    path: str | None = "/notifications"
    while path:
        page = buyer.get(path).text
        seen += OPENED.findall(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) == 2 * PAGE_SIZE + 5
    oldest = seen[-1]
    assert other.post(f"/notifications/{oldest}").status_code == 404
    assert buyer.post(f"/notifications/{uuid.uuid4()}").status_code == 404
    for _ in range(2):
        assert buyer.post(f"/notifications/{oldest}").status_code == 302
    for path in ("/notifications?show=unread", "/notifications?after=nonsense", "/notifications?show=x"):
        assert len(OPENED.findall(buyer.get(path).text)) == PAGE_SIZE
    buyer.post("/notifications/read")
    assert OPENED.findall(buyer.get("/notifications?show=unread").text) == []


def test_letters_of_a_long_outage_go_out_where_their_readers_are_now(street: Street) -> None:
    tell(street, "buyer1", undelivered.PAGE_SIZE + 2)
    tell(street, "seller1", 2)
    tell(street, "seller2", 1)
    address(street, "buyer1", "new@example.com")
    address(street, "seller1", "refused@example.com")
    letters(street, "buyer1", undelivered.PAGE_SIZE + 2, last_error="TimeoutError: timed out")
    letters(street, "seller1", 2, address="refused@example.com", last_error="550 No such user")
    letters(street, "seller2", 1)
    with street.tuidan.transaction() as session:
        refused = sa.update(EmailAddress).where(EmailAddress.address == "refused@example.com")
        session.execute(refused.values(refused="550 No such user"))
        remove_address(session, account_of(street, "seller2"))
    operator = street.person("ops1")
    first = operator.get("/operator/letters").text
    assert first.count("/again") == undelivered.PAGE_SIZE + 1  # and that for all of them
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    assert operator.get(following[1].replace("&amp;", "&")).text.count("/again") == 6
    with street.tuidan.transaction() as session:
        stuck = session.scalars(
            sa.select(EmailDelivery.id).where(EmailDelivery.account_id != account_of(street, "buyer1"))
        ).all()
    for delivery_id in stuck:
        answer = operator.post(f"/operator/letters/{delivery_id}/again")
        assert answer.status_code == 409
        assert "没有可投递的邮箱" in answer.text
    answer = operator.post("/operator/letters/again", follow_redirects=True)
    assert f"{undelivered.PAGE_SIZE + 2} 封邮件将重发" in answer.text
    assert "没有可投递的地址" in operator.post("/operator/letters/again", follow_redirects=True).text
    with street.tuidan.transaction() as session:
        waiting = session.scalars(sa.select(EmailDelivery).where(EmailDelivery.status == "waiting")).all()
        assert {(one.address, one.attempts) for one in waiting} == {("new@example.com", 0)}
        assert len(waiting) == undelivered.PAGE_SIZE + 2
        # Once he has given an address again, his go out, too.
        session.execute(sa.update(EmailAddress).values(refused=None))
        assert send_all_again(session, street.tuidan.clock.now()) == 2


def test_old_notifications_and_letters_go_in_parts(
    street: Street, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuidan, now = street.tuidan, clock.now()
    tell(street, "buyer1", 6)
    letters(street, "buyer1", 3, status="sent")
    letters(street, "buyer1", 1)
    day = dt.timedelta(days=1)
    with tuidan.transaction() as session:
        read = session.scalars(sa.select(Notification.id).order_by(Notification.created_at).limit(4)).all()
        session.execute(sa.update(Notification).where(Notification.id.in_(read)).values(read_at=now))

    def left() -> tuple[int, int]:
        with tuidan.transaction() as session:
            count = sa.func.count()
            return (
                session.scalar(sa.select(count).select_from(Notification)) or 0,
                session.scalar(sa.select(count).select_from(EmailDelivery)) or 0,
            )

    def forget(after: dt.timedelta, *, read: dt.timedelta | None, unread: dt.timedelta | None) -> bool:
        with tuidan.transaction() as session:
            return forget_notifications(session, now + after, read=read, unread=unread)

    with tuidan.transaction() as session:
        assert not forget_letters(session, now + LETTERS_KEPT)
    assert left() == (6, 4)
    with tuidan.transaction() as session:
        assert not forget_letters(session, now + LETTERS_KEPT + day)
    assert left() == (6, 1)
    assert not forget(9 * day, read=None, unread=None)
    assert not forget(9 * day, read=10 * day, unread=20 * day)
    assert left() == (6, 1)
    monkeypatch.setattr(keeping, "PART", 3)
    assert forget(11 * day, read=10 * day, unread=20 * day)
    assert left()[0] == 3
    assert not forget(11 * day, read=10 * day, unread=20 * day)
    assert left() == (2, 0)
    assert not forget(21 * day, read=10 * day, unread=20 * day)
    assert left() == (0, 0)
