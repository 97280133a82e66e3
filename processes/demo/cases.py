"""Playing the demo cases by the same commands that people's pages call."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import Actor, Engine
from engine.clock import FixedClock
from engine.services import fire_timers
from engine.tables import UserTask
from processes.cases.commands import RequestCancellation, withdraw
from processes.cases.reasons import REFUSALS
from processes.cases.tables import CancellationCase
from processes.conversation.posting import WriteMessage, write_message
from processes.conversation.reading import mark_read
from processes.demo.banks import go_to_bank, let_bank_decide
from processes.demo.orders import DemoOrders, MadeOrder
from processes.demo.people import STAFF
from processes.demo.pictures import photos
from processes.demo.shops import SHOPS
from processes.demo.stories import stories
from processes.demo.story import Mark, Story, Who
from processes.demo.working import do_calls, next_timer
from processes.evidence.keeping import attach, keep
from processes.evidence.requesting import request_with_evidence
from processes.evidence.store import EvidenceStore
from processes.orders.orders import find_order
from processes.orders.tables import Order
from processes.people.accounts import actor_of, find_account
from processes.people.errors import AccountNotFound
from processes.people.roles import Role
from processes.ratings.rating import answer_rating, rate
from processes.ratings.reading import rating_of
from processes.returns.inspecting import record_findings
from processes.returns.rules import Finding
from processes.returns.sending import outstanding

# Later than the half hour in which the seller isn't asked.
AFTER_PAYMENT = dt.timedelta(minutes=45)
AFTER_DELIVERY = dt.timedelta(hours=2)
DISPUTED_AFTER = dt.timedelta(days=4)
DECIDED_AFTER = dt.timedelta(days=9)


class Playwright:
    """Plays the stories, each on an order of its own, at the hours at which they happened.

    Its engine reads a clock of its own, so that deadlines count from when a story happened;
    those that have passed since are the worker's to handle.

    Args:
        engine: The product's; its operations and its database are used.
        store: Takes the photos.
        orders: After ``as_csv()``, which makes them.
    """

    def __init__(self, engine: Engine, store: EvidenceStore, orders: DemoOrders) -> None:
        self._store = store
        self._at = orders.at
        self._clock = FixedClock(orders.at)
        self._engine = Engine(registry=engine.registry, clock=self._clock, transaction=engine.transaction)
        self._cast = cast(orders)

    @property
    def count(self) -> int:
        """How many stories there are."""
        return len(self._cast)

    def play(self, session: Session, number: int) -> str:
        """Play a story by its number, from 0, and return the number of its case.

        Raises:
            TuidanError: The diagrams and tables of this installation don't go that way.
        """
        story, made = self._cast[number]
        order = find_order(session, made.order_no)
        buyer = actor_of(order.buyer)
        now = self._move(_asked_at(story, order, self._at))
        case = request_with_evidence(
            session,
            self._engine,
            self._store,
            RequestCancellation(
                order_no=order.order_no,
                lines=tuple((line.id, line.quantity) for line in order.lines[:1]),
                reason=story.reason,
                text=story.text,
                idempotency_key=f"demo-{number}",
            ),
            photos(f"demo-{number}", story.photos),
            buyer,
            now,
        )
        now = self._talk(session, case, story, buyer, made.shop, now)
        for turn in story.turns:
            task_id = _task(session, case.case_no, turn.task)
            if task_id is None:
                break
            now = self._move(now + dt.timedelta(hours=turn.after))
            actor = buyer if turn.who == "buyer" else _staff(session, turn.who, made.shop)
            if turn.damaged:
                _count(session, case, turn.damaged, actor, now)
            values = dict(turn.values)
            self._prove(session, case, turn.task, values, actor, now)
            self._engine.complete_task(session, task_id, values=values, actor=actor)
        if story.mark is not None and case.closed_at is not None:
            self._rate(session, case, story.mark, buyer, made.shop, now)
        if story.withdrawn:
            now = self._move(now + dt.timedelta(hours=1))
            withdraw(session, self._engine, case.case_no, buyer, now)
        return case.case_no

    def follow_up(self, number: int, case_no: str) -> None:
        """Let happen what a story of the past has led to by itself, as a worker would.

        Args:
            number: The story's.
            case_no: Of the case that it has opened.
        """
        story, made = self._cast[number]
        if not story.past:
            return
        do_calls(self._engine, case_no)
        while (due := next_timer(self._engine, case_no, self._at)) is not None:
            self._move(due[0])
            fire_timers(self._engine, [due[1]])
            do_calls(self._engine, case_no)
        if story.bank:
            self._dispute(made.order_no, case_no, story.bank)
        if story.mark is not None:
            with self._engine.transaction() as session:
                case = session.get_one(CancellationCase, case_no)
                if case.closed_at is not None and rating_of(session, case_no) is None:
                    buyer = actor_of(find_order(session, made.order_no).buyer)
                    self._rate(session, case, story.mark, buyer, made.shop, case.closed_at)

    def _dispute(self, order_no: str, case_no: str, how: str) -> None:
        """The buyer disputes his payment at his bank, which may decide; see ``processes.demo.banks``."""
        with self._engine.transaction() as session:
            closed_at = session.get_one(CancellationCase, case_no).closed_at
        now = self._move((closed_at or self._clock.now()) + DISPUTED_AFTER)
        reference = go_to_bank(self._engine, order_no, now)
        if how != "open":
            let_bank_decide(self._engine, reference, self._move(now + DECIDED_AFTER), lost=how == "lost")

    def _talk(
        self,
        session: Session,
        case: CancellationCase,
        story: Story,
        buyer: Actor,
        shop: str,
        now: dt.datetime,
    ) -> dt.datetime:
        """Write what is said; whoever writes has read what was written before."""
        for number, said in enumerate(story.said):
            now = self._move(now + dt.timedelta(hours=said.after))
            actor = buyer if said.who == "buyer" else _staff(session, said.who, shop)
            command = WriteMessage(case_no=case.case_no, text=said.text, key=f"demo-{number}")
            message = write_message(session, command, actor, now)
            mark_read(session, case.case_no, message.number, said.who, actor, now)
        return now

    def _rate(
        self,
        session: Session,
        case: CancellationCase,
        mark: Mark,
        buyer: Actor,
        shop: str,
        now: dt.datetime,
    ) -> None:
        now = self._move(now + dt.timedelta(hours=1))
        rate(session, case.case_no, stars=mark.stars, text=mark.text, actor=buyer, now=now)
        if mark.answer:
            now = self._move(now + dt.timedelta(hours=1))
            seller = _staff(session, "seller", shop)
            answer_rating(session, case.case_no, text=mark.answer, actor=seller, now=now)

    def _prove(
        self,
        session: Session,
        case: CancellationCase,
        task: str,
        values: dict[str, str],
        actor: Actor,
        now: dt.datetime,
    ) -> None:
        """Add a photo to a refusal that needs proof."""
        refusal = REFUSALS.get(values.get("refusal_code", ""))
        if refusal is not None and refusal.proof:
            proof = photos(f"{case.case_no}-proof", 1)
            attach(session, case, proof, occasion=task, actor=actor, now=now)
            keep(self._store, proof)

    def _move(self, at: dt.datetime) -> dt.datetime:
        """Set the engine's clock, never beyond the demo's instant; returns what it says."""
        at = min(at, self._at)
        self._clock.advance(at - self._clock.now())
        return at


def cast(orders: DemoOrders) -> list[tuple[Story, MadeOrder]]:
    """Give each story an order that fits: the older story the older order."""
    free = sorted(orders.made, key=lambda made: made.placed_at)
    chosen = []
    for story in stories():
        for made in free:
            own, first = made.buyer == STAFF[0][0], made.shop == SHOPS[0].slug
            fits = (made.profile, own, first) == (story.profile, story.own, story.first_shop)
            if fits and made.units >= story.units:
                free.remove(made)
                chosen.append((story, made))
                break
    return chosen


def _asked_at(story: Story, order: Order, latest: dt.datetime) -> dt.datetime:
    """When a story began, or as soon after as its order was there to ask about."""
    asked = latest - dt.timedelta(hours=story.hours_ago)
    if order.paid_at is not None:
        asked = max(asked, order.paid_at + AFTER_PAYMENT)
    if order.delivered_at is not None:
        asked = max(asked, order.delivered_at + AFTER_DELIVERY)
    return asked


def _task(session: Session, case_no: str, element_id: str) -> uuid.UUID | None:
    return session.scalar(
        sa.select(UserTask.id).where(UserTask.business_key == case_no, UserTask.element_id == element_id)
    )


def _count(session: Session, case: CancellationCase, damaged: int, actor: Actor, now: dt.datetime) -> None:
    """Of each line that came back so many units are damaged, and the others are good."""
    found = {
        line.order_line_id: Finding(good=units - damaged, damaged=damaged)
        for line, units in outstanding(case)
    }
    record_findings(session, case, found, actor=actor, now=now)


def _staff(session: Session, who: Who, slug: str) -> Actor:
    """The seller of a shop, or the platform's agent."""
    if who == "agent":
        login = next(login for login, _, role in STAFF if role is Role.AGENT)
    else:
        login = next(shop.seller_login for shop in SHOPS if shop.slug == slug)
    account = find_account(session, login)
    if account is None:
        raise AccountNotFound(login=login)
    return actor_of(account)
