"""What a shop can find in a returned parcel. Pure: the standard library and nothing else.

How often a return is reopened or the right goods sent once more is the analysts', in the table
``return_rules``; what becomes of the units is theirs too, in ``stock_disposition``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

BEARERS_OF_CARRIAGE = frozenset({"seller", "carrier", "platform"})
"""Who gives a buyer back what he paid a carrier, if the carriage back is theirs to bear."""

WRONG_ITEM = "RETURN_WRONG_ITEM"
IMPAIRED = "RESALE_IMPAIRED"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """How the units of one line came back.

    Attributes:
        good: As they should be; these are accepted.
        damaged: Damaged, or used so that they can't be sold again.
        wrong_item: Something else was in the parcel.
        missing: Not in the parcel.
        unproven: Come back, but the claim isn't borne out by them.
    """

    good: int = 0
    damaged: int = 0
    wrong_item: int = 0
    missing: int = 0
    unproven: int = 0

    @property
    def total(self) -> int:
        """Units that are accounted for."""
        return self.good + self.refused

    @property
    def refused(self) -> int:
        """Units that are not accepted."""
        return self.damaged + self.wrong_item + self.missing + self.unproven

    @property
    def sound(self) -> bool:
        """Whether no count is negative."""
        return all(getattr(self, one.name) >= 0 for one in fields(self))


def all_refused(units: int, refusal_code: str) -> Finding:
    """Return what a refusal of a whole parcel says of a line, by its code."""
    match refusal_code:
        case "RETURN_WRONG_ITEM":
            return Finding(wrong_item=units)
        case "RESALE_IMPAIRED":
            return Finding(damaged=units)
        case _:
            return Finding(unproven=units)


def codes_to_prove(findings: Iterable[Finding], refusal_code: str) -> tuple[str, ...]:
    """Return the refusal codes that findings make a shop prove, if those ask for proof at all.

    That something else came back has to be shown, whatever code heads the refusal.
    """
    codes = [refusal_code] if refusal_code else []
    if any(one.wrong_item for one in findings):
        codes.append(WRONG_ITEM)
    return tuple(dict.fromkeys(codes))


@dataclass(frozen=True, kw_only=True)
class Restored:
    """Units of a line that are in the shop again, by the condition they are in.

    Attributes:
        good: Inspected, as they should be.
        bad: Inspected, damaged.
        unseen: Come back, but their condition is unknown or in dispute.
    """

    good: int = 0
    bad: int = 0
    unseen: int = 0

    @property
    def total(self) -> int:
        """Units that are in the shop again."""
        return self.good + self.bad + self.unseen


def restored(granted: int, good: int, last: Finding) -> Restored:
    """Return which of a line's cancelled units are in the shop again, after an inspection.

    Args:
        granted: Units that were cancelled after they had left.
        good: Of all inspections, the units that were accepted.
        last: What the last inspection found.
    """
    sound = min(granted, good)
    bad = min(granted - sound, last.damaged)
    return Restored(good=sound, bad=bad, unseen=min(granted - sound - bad, last.unproven))


@dataclass(frozen=True, kw_only=True)
class InShop:
    """Units of a line that are in the shop and were not accepted.

    Attributes:
        own: The order's goods, damaged or not bearing the claim out.
        foreign: Something else that was in the parcel; it belongs to no stock of the shop's.
    """

    own: int = 0
    foreign: int = 0

    @property
    def total(self) -> int:
        """What can be given back."""
        return self.own + self.foreign


def in_shop(outstanding: int, last: Finding) -> InShop:
    """Return what is in the shop of the units that nobody has accepted or granted; missing ones are not.

    Args:
        outstanding: Units of the line that were neither accepted nor granted by a ruling.
        last: What the last inspection found.
    """
    own = min(outstanding, last.damaged + last.unproven)
    return InShop(own=own, foreign=min(outstanding - own, last.wrong_item))


def carriage_owed(*, paid: int, payer: str, limit: int) -> int:
    """Return what a buyer gets back of the carriage that he paid a carrier himself.

    The merchant pays the transport of goods that are faulty (Consumer Rights Protection Law, article 24);
    a buyer who only changed his mind pays it (article 25).

    Args:
        paid: What he says that he paid, in minor units.
        payer: Who bears the carriage back, by the finding; empty or ``nobody`` if nobody has to.
        limit: The most that is given back, by the table of return rules.
    """
    return min(paid, limit) if payer in BEARERS_OF_CARRIAGE else 0
