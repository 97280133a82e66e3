"""What was asked and decided over the months before, so that trends have something to show. Data only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from processes.demo.story import AGREE, Mark, Story, Turn, answer_refusal, refuse

COUNT = 22
"""How many there are; the shop has learned meanwhile, so that it answers sooner and is rated better."""

LONG_AGO = 24.0 * 120
"""Hours: before every order, so that each is asked for shortly after it was paid."""

OUT_OF_STOCK = frozenset({1, 4, 6, 10, 16})
"""The shop's own fault, less and less often."""

DISPUTED: Mapping[int, Literal["open", "won", "lost"]] = {12: "lost", 14: "won", 17: "open"}
"""The buyer goes to his bank: after two refusals, and after a refund that is our proof."""

_TEXTS = ("不想要了", "拍错规格了", "重复下单", "收货地址要改", "家人已经买了")
_WORDS = ("等了好久才有人处理。", "还行。", "处理得挺快。", "很满意，马上就退了。")
_REFUSED = refuse("CUSTOM_MADE", "这一件已经按您的留言开始定制，无法取消，给您带来不便请谅解。")


def past() -> Iterator[Story]:
    """Yield cases of the first shop that have ended, the earliest first."""
    for number in range(COUNT):
        progress = number / (COUNT - 1)
        turns: tuple[Turn, ...] = (AGREE.later(30 - 26 * progress),)
        if number % 5 == 2:
            turns = (_REFUSED.later(20 - 14 * progress), answer_refusal("accept"))
        elif number % 6 == 3 and progress < 0.8:
            # Nobody of the shop answered.
            turns = ()
        reason, text = ("B_MIND", "B_WRONG")[number % 2], _TEXTS[number % len(_TEXTS)]
        if number in OUT_OF_STOCK:
            reason, text, turns = "B_OOS", "客服说没有货了，让我取消", (AGREE.later(12),)
        stars = min(5, 2 + round(3 * progress) + number % 2)
        mark = Mark(stars=stars, text=_WORDS[min(3, stars - 2)]) if number % 3 != 1 and turns else None
        if DISPUTED.get(number) in {"lost", "open"}:
            mark = Mark(stars=2, text="并没有定制，只好找银行了。")
        yield Story(
            profile="earlier",
            reason=reason,
            text=text,
            # The earlier story on the earlier order.
            hours_ago=LONG_AGO - number,
            turns=turns,
            mark=mark,
            bank=DISPUTED.get(number, ""),
            past=True,
        )
