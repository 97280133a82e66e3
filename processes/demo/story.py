"""What a demo case is made of: who asks for what, and what each side then does. Data only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Who = Literal["buyer", "seller", "agent"]
Side = Literal["buyer", "seller"]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Somebody completes a user task, some hours after the turn before.

    Attributes:
        damaged: By an inspection, so many units of each line are damaged and the others are good.
    """

    who: Who
    task: str
    values: tuple[tuple[str, str], ...]
    after: float = 2.0
    damaged: int = 0

    def later(self, hours: float) -> Turn:
        """The same, so many hours after the turn before."""
        return replace(self, after=hours)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody writes in the case, some hours after what happened before."""

    who: Side
    text: str
    after: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How the buyer rates the handling once it has ended, and what the shop says to it."""

    stars: int
    text: str
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Story:
    """A case.

    Attributes:
        profile: Of the order, as in ``processes.demo.orders.PROFILES``.
        hours_ago: When it was asked for.
        said: What is written in it before anything is decided.
        mark: Given if the case has ended by its turns.
        withdrawn: The buyer takes it back in the end.
        own: It is buyer1's; otherwise a stranger's.
        first_shop: It concerns the first shop; otherwise another one.
        units: Its order has so many units of its first line, or more.
        bank: What becomes of it at the buyer's bank, where he disputes the payment once the case has ended;
            for stories of the past.
        past: What it leads to by itself, such as a refund or the end of a time limit, has happened as well.
    """

    profile: str
    reason: str
    text: str
    hours_ago: float
    photos: int = 0
    said: tuple[Said, ...] = ()
    turns: tuple[Turn, ...] = ()
    mark: Mark | None = None
    withdrawn: bool = False
    own: bool = False
    first_shop: bool = True
    units: int = 1
    bank: Literal["", "open", "won", "lost"] = ""
    past: bool = False


AGREE = Turn(who="seller", task="task_review_request", values=(("decision", "agree"),))


def refuse(code: str, words: str) -> Turn:
    """The seller refuses a request."""
    return Turn(
        who="seller",
        task="task_review_request",
        values=(("decision", "refuse"), ("refusal_code", code), ("explanation", words)),
    )


def answer_refusal(answer: str, words: str = "") -> Turn:
    """The buyer answers a refusal."""
    values = (("answer", answer), ("escalation_text", words)) if words else (("answer", answer),)
    return Turn(who="buyer", task="task_answer_refusal", values=values)


def offer(kind: str, words: str, amount: str = "") -> Turn:
    """The seller offers something else."""
    values = (("decision", "offer"), ("offer_kind", kind), ("offer_text", words))
    return Turn(
        who="seller",
        task="task_review_request",
        values=(*values, ("offer_amount", amount)) if amount else values,
    )


def say(who: Side, words: str) -> Turn:
    """A side says how it sees a dispute."""
    return Turn(who=who, task=f"task_{who}_statement", values=(("text", words),))


def answer_ruling(who: Side, answer: str, words: str = "") -> Turn:
    """A side accepts a ruling, or appeals."""
    values = (("ruling_answer_given", answer),)
    return Turn(
        who=who,
        task=f"task_{who}_answers_ruling",
        values=(*values, ("appeal_text", words)) if words else values,
    )


def answer_offer(answer: str) -> Turn:
    """The buyer answers an offer."""
    return Turn(who="buyer", task="task_answer_offer", values=(("offer_answer", answer),))
