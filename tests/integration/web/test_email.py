"""E-mail from the choice to the mailbox: asked first, one letter for each event, none lost, none twice."""

from __future__ import annotations

import datetime as dt
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import sqlalchemy as sa

from engine.clock import FixedClock
from processes.notifications.letters import Mailer
from processes.notifications.posting import BATCH, PAUSES, post_letters
from processes.notifications.preferences import confirm_address, set_address
from processes.notifications.smtp import SmtpMailer
from processes.notifications.tables import EmailDelivery, Notification
from processes.people.accounts import find_account
from tests.integration.web.conftest import Street
from tests.integration.web.postbox import Postbox, postbox
from webapp.mail.tokens import token_for
from webapp.mail.writing import LetterWriter
from webapp.settings import PROJECT
from webapp.settings_mail import MailSettings


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as opened:
        yield opened


class Office:
    """Sends what waits, as a worker does."""

    def __init__(self, street: Street, box: Postbox) -> None:
        self.street = street
        self.url = f"smtp://127.0.0.1:{box.port}?security=none"
        server = MailSettings(smtp_url=self.url, sender="Tuidan <no-reply@example.com>").server()
        assert server is not None
        self.mailer: Mailer = SmtpMailer(server)
        self.writer = LetterWriter(street.app, "https://tuidan.example.com")

    def post(self, mailer: Mailer | None = None) -> int:
        tuidan = self.street.tuidan
        return post_letters(tuidan.transaction, mailer or self.mailer, self.writer.write, tuidan.clock.now())

    def reach(self, login: str) -> None:
        """Let somebody have a confirmed address."""
        tuidan = self.street.tuidan
        with tuidan.transaction() as session:
            account = find_account(session, login)
            assert account is not None
            set_address(session, account.id, f"{login}@example.com", tuidan.clock.now())
            confirm_address(session, account.id, f"{login}@example.com", tuidan.clock.now())
            session.execute(sa.delete(EmailDelivery))

    def deliveries(self) -> list[EmailDelivery]:
        with self.street.tuidan.transaction() as session:
            return list(session.scalars(sa.select(EmailDelivery).order_by(EmailDelivery.created_at)))


@pytest.fixture
def office(street: Street, box: Postbox) -> Office:
    return Office(street, box)


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_an_address_is_asked_before_anything_else_is_sent_there(
    street: Street, office: Office, box: Postbox
) -> None:
    seller = street.person("seller1")
    assert (
        seller.post("/settings/address", {"address": "chen@example.com", "action": "ask"}).status_code == 302
    )
    again = seller.post("/settings/address", {"address": "chen@example.com", "action": "ask"})
    assert "不到一分钟" in again.text
    street.case(street.person("buyer1"), street.order())
    assert office.post() == 1
    (question,) = box.letters
    assert (question["To"], question["Subject"]) == ("chen@example.com", "这是您的邮箱地址吗？")
    found = re.search(r"https://tuidan\.example\.com(/settings/confirm/\S+)", text_of(question))
    assert found is not None
    assert street.person("seller2").get(found[1]).status_code == 403
    assert "chen@example.com" in seller.get(found[1]).text
    street.case(street.person("buyer1"), street.order())
    assert office.post() == 0
    assert seller.post(found[1]).status_code == 302
    street.case(street.person("buyer2"), street.order(buyer="buyer2"))
    assert office.post() == 1
    assert box.letters[1]["To"] == "chen@example.com"


def test_one_letter_for_each_event_leads_to_the_case(street: Street, office: Office, box: Postbox) -> None:
    office.reach("seller1")
    case_no = street.case(street.person("buyer1"), street.order())
    assert (office.post(), office.post()) == (1, 0)
    (letter,) = box.letters
    assert "取消" in letter["Subject"]
    assert f"https://tuidan.example.com/seller/cases/{case_no}" in text_of(letter)
    html = letter.get_body(("html",))
    assert html is not None
    assert f"/seller/cases/{case_no}" in html.get_content()
    assert letter["List-Unsubscribe"] == "<https://tuidan.example.com/settings>"
    assert street.person("seller1").get(f"/seller/cases/{case_no}").status_code == 200
    assert [one.status for one in office.deliveries()] == ["sent"]


def test_a_topic_that_is_not_wanted_is_told_in_the_product_alone(street: Street, office: Office) -> None:
    office.reach("seller1")
    street.person("seller1").post("/settings/topics", {"topic": ["money", "nonsense"]})
    street.case(street.person("buyer1"), street.order())
    assert office.deliveries() == []
    with street.tuidan.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 1


def test_a_server_that_is_away_gets_the_same_letter_later(
    street: Street, office: Office, box: Postbox, clock: FixedClock
) -> None:
    office.reach("seller1")
    street.case(street.person("buyer1"), street.order())
    box.answer = "451 Try again later"
    assert (office.post(), office.post()) == (1, 0)
    box.answer = ""
    clock.advance(PAUSES[0])
    assert office.post() == 1
    (delivery,) = office.deliveries()
    assert (delivery.status, delivery.attempts) == ("sent", 2)


def test_a_letter_is_given_up_after_a_day_and_a_half_and_can_be_sent_again(
    street: Street, office: Office, box: Postbox, clock: FixedClock
) -> None:
    office.reach("seller1")
    street.case(street.person("buyer1"), street.order())
    box.answer = "451 Try again later"
    for pause in (*PAUSES, dt.timedelta()):
        assert office.post() == 1
        clock.advance(pause)
    assert office.post() == 0
    operator = street.person("ops1")
    page = operator.get("/operator/letters").text
    assert "seller1@example.com" in page
    assert "451 Try again later" in page
    box.answer = ""
    (delivery,) = office.deliveries()
    assert operator.post(f"/operator/letters/{delivery.id}/again").status_code == 302
    assert operator.post(f"/operator/letters/{delivery.id}/again").status_code == 404
    assert office.post() == 1
    assert len(box.letters) == 1


def test_an_address_that_does_not_exist_gets_nothing_more(
    street: Street, office: Office, box: Postbox
) -> None:
    office.reach("seller1")
    box.answer = "550 No such user"
    street.case(street.person("buyer1"), street.order())
    assert office.post() == 1
    street.case(street.person("buyer2"), street.order(buyer="buyer2"))
    assert [one.status for one in office.deliveries()] == ["failed"]
    assert "550 No such user" in street.person("seller1").get("/settings").text


KILLED = """
import datetime as dt, os, signal, sys
from engine.clock import FixedClock
from processes.notifications.posting import post_letters
from processes.notifications.smtp import SmtpMailer
from webapp.app import create_app
from webapp.bootstrap import build
from webapp.mail.writing import LetterWriter
from webapp.settings import Settings
from webapp.settings_mail import MailSettings

url, smtp, now, moment = sys.argv[1:]
tuidan = build(Settings(database_url=url, demo_data=False), clock=FixedClock(dt.datetime.fromisoformat(now)))
server = MailSettings(smtp_url=smtp, sender="Tuidan <no-reply@example.com>").server()

class Killed(SmtpMailer):
    def send(self, letter):
        if moment == "after":
            super().send(letter)
        os.kill(os.getpid(), signal.SIGKILL)

writer = LetterWriter(create_app(tuidan), "https://tuidan.example.com")
post_letters(tuidan.transaction, Killed(server), writer.write, tuidan.clock.now())
"""


def test_a_worker_that_is_killed_loses_no_letter_and_one_that_was_handed_over_keeps_its_name(
    street: Street, office: Office, box: Postbox, clock: FixedClock
) -> None:
    office.reach("seller1")
    street.case(street.person("buyer1"), street.order())
    for moment, arrived in (("before", 0), ("after", 1)):
        url, now = str(street.tuidan.settings.database_url), clock.now().isoformat()
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, url, office.url, now, moment], cwd=PROJECT, check=False
        )
        assert killed.returncode == -signal.SIGKILL
        assert len(box.letters) == arrived
        # Nobody else takes it up while it may still be on its way.
        assert office.post() == 0
        clock.advance(PAUSES[arrived])
    assert office.post() == 1
    (delivery,) = office.deliveries()
    assert (delivery.status, delivery.attempts) == ("sent", 3)
    assert [letter["Message-ID"] for letter in box.letters] == [f"<{delivery.id}@tuidan.example.com>"] * 2
    assert office.post() == 0


def test_workers_that_send_at_once_share_the_letters(street: Street, office: Office, box: Postbox) -> None:
    office.reach("seller1")
    now = street.tuidan.clock.now()
    with street.tuidan.transaction() as session:
        account = find_account(session, "seller1")
        assert account is not None
        for number in range(3 * BATCH):
            told = Notification(
                account_id=account.id, template="withdrawn", dedup_key=f"k{number}", created_at=now
            )
            session.add(told)
            session.flush()
            session.add(
                EmailDelivery(
                    kind="notification",
                    account_id=account.id,
                    notification_id=told.id,
                    address="seller1@example.com",
                    next_at=now,
                    created_at=now,
                )
            )

    def work() -> None:
        while office.post():
            pass

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    names = [letter["Message-ID"] for letter in box.letters]
    assert len(names) == len(set(names)) == 3 * BATCH


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b", "a b@example.com", "x@y\r\nBcc: z@example.com", "a" * 300]
)
def test_what_is_no_address_is_refused(street: Street, office: Office, address: str) -> None:
    answer = street.person("buyer1").post("/settings/address", {"address": address, "action": "ask"})
    assert answer.status_code == 422
    assert office.deliveries() == []


def test_a_link_of_another_address_or_of_nobody_confirms_nothing(street: Street) -> None:
    buyer = street.person("buyer1")
    buyer.post("/settings/address", {"address": "old@example.com", "action": "ask"})
    with street.tuidan.transaction() as session:
        account = find_account(session, "buyer1")
        assert account is not None
        old = token_for(street.app, account.id, "older@example.com")
    assert buyer.get("/settings/confirm/garbage").status_code == 400
    answer = buyer.post(f"/settings/confirm/{old}")
    assert answer.status_code == 400
    assert "已失效" in answer.text
    assert "待确认" in buyer.get("/settings").text


def test_who_wants_no_e_mail_gets_none(street: Street, office: Office) -> None:
    office.reach("seller1")
    street.case(street.person("buyer1"), street.order())
    street.person("seller1").post("/settings/address", {"action": "remove"})
    assert office.deliveries() == []
    assert office.post() == 0
