"""Whether what went wrong with a parcel was its carrier's doing."""

from __future__ import annotations

import datetime as dt

import pytest

from processes.liability.carriers import ParcelRecord, is_carriers_doing

DAY = dt.timedelta(days=1)
PROMISED = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)
SHIP_BY = PROMISED - 5 * DAY


def parcel(
    *reported: str,
    shipped: int = -1,
    delivered: int | None = None,
    promised: bool = True,
    ship_by: bool = True,
) -> ParcelRecord:
    """Shipped so many days after the day to ship by, delivered so many after the promised one."""
    return ParcelRecord(
        reported=frozenset(reported),
        shipped_at=SHIP_BY + shipped * DAY,
        ship_by=SHIP_BY if ship_by else None,
        promised_at=PROMISED if promised else None,
        delivered_at=None if delivered is None else PROMISED + delivered * DAY,
    )


@pytest.mark.parametrize(
    ("reason", "record", "doing"),
    [
        # Its carrier has reported it.
        ("L_LOST", parcel("picked_up", "lost"), True),
        ("L_LOST", parcel("picked_up"), False),
        ("L_DAMAGE", parcel("damaged"), True),
        ("L_DAMAGE", parcel("lost"), False),
        # Handed over in time, and late all the same: delivered late, or not yet when the buyer complained.
        ("L_DELAY", parcel(delivered=1), True),
        ("L_DELAY", parcel(), True),
        ("L_DELAY", parcel(shipped=0), True),
        ("L_DELAY", parcel(ship_by=False), True),
        # The shop was late itself, it wasn't late, or nothing was promised.
        ("L_DELAY", parcel(shipped=1, delivered=1), False),
        ("L_DELAY", parcel(delivered=0), False),
        ("L_DELAY", parcel(promised=False), False),
        # Nothing that a carrier does.
        ("B_MIND", parcel("lost", "damaged", delivered=1), False),
        ("Q_DEFECT", parcel("damaged"), False),
    ],
)
def test_what_is_a_carriers_doing(reason: str, record: ParcelRecord, doing: bool) -> None:
    assert is_carriers_doing(reason, record, PROMISED + 2 * DAY) is doing
