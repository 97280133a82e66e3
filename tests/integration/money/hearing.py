"""The product as a provider reaches it: its own endpoint, with nothing behind it but what was heard."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.clock import Clock
from engine.ids import new_id
from engine.values import JSON
from processes.chargebacks.tables import Chargeback
from processes.chargebacks.watching import CHARGEBACK_NEWS, WATCH
from processes.fakes import FakeProcessEngine
from processes.money.notices import REFUND_NEWS
from processes.money.tables import Refund
from tests.standins.notifying import Notifier, listening
from tests.standins.proxy import FaultProxy
from webapp.app import create_app
from webapp.bootstrap import build
from webapp.settings import Settings
from webapp.settings_providers import Providers


class Hearing(FakeProcessEngine):
    """A process engine in which refunds wait until they have settled, and nothing goes on by itself.

    Attributes:
        asked: Refunds that a notice has woken.
        doubted: Settled refunds that a notice has put in doubt.
        disputed: Providers and references of charge-backs that a notice was about.
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.doubted: list[str] = []
        self.disputed: list[tuple[str, str]] = []

    def start(
        self,
        session: Session,
        process_id: str,
        *,
        business_key: str,
        variables: dict[str, JSON],
        actor: Actor,
    ) -> uuid.UUID:
        if process_id == "refund_recheck":
            self.doubted.append(str(variables["refund_no"]))
        if process_id == WATCH:
            self.disputed.append((str(variables["provider"]), str(variables["reference"])))
        return new_id()

    def correlate(
        self,
        session: Session,
        message: str,
        *,
        business_key: str,
        payload: dict[str, JSON] | None = None,
        actor: Actor,
    ) -> bool:
        if message == CHARGEBACK_NEWS:
            known = session.scalars(sa.select(Chargeback).where(Chargeback.reference == business_key))
            self.disputed += [(one.provider, one.reference) for one in known]
            return True
        if message != REFUND_NEWS:
            return False
        waiting = session.scalars(
            sa.select(Refund.refund_no).where(Refund.case_no == business_key, Refund.status != "succeeded")
        ).all()
        self.asked += waiting
        return bool(waiting)


@dataclasses.dataclass(frozen=True)
class Line:
    """The way by which notices come.

    Attributes:
        notifier: Sends them.
        proxy: Lets them go astray.
        hearing: What the product has heard.
    """

    notifier: Notifier
    proxy: FaultProxy
    hearing: Hearing


@contextmanager
def told_by(provider: str, providers: Providers, database_url: str, clock: Clock) -> Iterator[Line]:
    """Let the product hear a provider over the loopback interface, through a proxy.

    Args:
        provider: Its name in the endpoint's address.
        providers: The product's settings for it.
        database_url: The product's database.
        clock: The product's clock.
    """
    hearing = Hearing()
    product = build(Settings(database_url=database_url, providers=providers, public_https=False), clock=clock)
    # What only remembers stands in for the engine.
    heard = dataclasses.replace(product, engine=hearing)  # type: ignore[arg-type]
    try:
        with listening(create_app(heard)) as url, FaultProxy(url).running() as proxy:
            yield Line(Notifier(f"{proxy.url}/api/webhooks/{provider}"), proxy, hearing)
    finally:
        product.close()
