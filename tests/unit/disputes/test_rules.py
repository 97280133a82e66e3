"""What of a dispute a side may read, and what a ruling gives."""

from __future__ import annotations

import pytest

from processes.disputes.rules import RulingKind, may_read


@pytest.mark.parametrize(
    ("side", "reader", "hearing", "sealed", "readable"),
    [
        ("seller", "buyer", 1, 1, False),
        ("buyer", "seller", 1, 1, False),
        ("buyer", "buyer", 1, 1, True),
        ("seller", "platform", 1, 1, True),
        ("seller", "buyer", 0, 1, True),
        ("seller", "buyer", 1, None, True),
        # On an appeal the first hearing is open, the second is not.
        ("seller", "buyer", 1, 2, True),
        ("seller", "buyer", 2, 2, False),
    ],
)
def test_a_side_reads_the_other_once_the_hearing_is_over(
    side: str, reader: str, hearing: int, sealed: int | None, readable: bool
) -> None:
    assert may_read(side=side, reader=reader, hearing=hearing, sealed=sealed) is readable


def test_only_a_ruling_for_the_seller_gives_nothing() -> None:
    assert [kind for kind in RulingKind if not kind.grants] == [RulingKind.SELLER]
