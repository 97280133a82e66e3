"""Requests that a shop has agreed to, or refused. Data only."""

from __future__ import annotations

from collections.abc import Iterator

from processes.demo.story import AGREE, Mark, Story, Turn, answer_refusal, refuse

REFUSED_SHIPPING = refuse("ALREADY_SHIPPED", "您的包裹已经称重贴单，预计今晚发出，建议收货后申请退货。")
REFUSED_CLAIM = refuse("NOT_AS_CLAIMED", "我们核对了出库照片，实物与商品页面一致，色差在页面说明的范围内。")
REFUSED_EVIDENCE = refuse("EVIDENCE_INSUFFICIENT", "照片里看不清破损的位置，麻烦补充外包装与面单的照片。")


def agreed() -> Iterator[Story]:
    """Yield requests that were agreed to, by the shop or by rule."""
    texts = ("买重复了", "想换一个颜色再拍", "收货地址写错了", "家人不同意买")
    for number, text in enumerate(texts):
        yield Story(
            profile=("paid", "picking")[number % 2],
            reason="B_WRONG",
            text=text,
            hours_ago=24.0 + 5 * number,
            turns=(AGREE,),
            first_shop=number < 3,
        )
    for number, (reason, text) in enumerate((("Q_DEFECT", "收到就有一处是坏的"), ("Q_VARIANT", "发错款了"))):
        send = Turn(
            who="buyer",
            task="task_send_back",
            values=(("carrier", "中通快递"), ("tracking_no", f"ZT77800{number}31245")),
            after=12.0,
        )
        yield Story(
            profile="delivered",
            reason=reason,
            text=text,
            photos=2,
            hours_ago=34.0 + number,
            turns=(AGREE, send) if number else (AGREE,),
        )
    yield Story(profile="late", reason="L_DELAY", text="承诺 5 天送达，已经超时好几天了", hours_ago=9.3)
    yield Story(
        profile="overdue_to_ship",
        reason="L_NOSHIP",
        text="超过 48 小时没发货",
        hours_ago=6.4,
        first_shop=False,
    )


def refused() -> Iterator[Story]:
    """Yield requests that were refused, or taken back."""
    yield Story(
        profile="picking", reason="B_MIND", text="不想要了", hours_ago=21.0, turns=(REFUSED_SHIPPING,)
    )
    yield Story(
        profile="picking",
        reason="B_MIND",
        text="不需要了",
        hours_ago=33.0,
        turns=(REFUSED_SHIPPING, answer_refusal("accept")),
        mark=Mark(stars=2, text="说今晚发出，结果隔天才发。"),
    )
    yield Story(
        profile="delivered",
        reason="Q_DESC",
        text="颜色和图片差别很大",
        photos=1,
        hours_ago=27.5,
        turns=(REFUSED_CLAIM,),
        first_shop=False,
    )
    yield Story(profile="paid", reason="B_MIND", text="先不买了", hours_ago=19.0, withdrawn=True)
    yield Story(
        profile="paid",
        reason="B_PRICE",
        text="没用上活动价",
        hours_ago=11.5,
        withdrawn=True,
        first_shop=False,
    )
