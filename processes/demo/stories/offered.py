"""Cases in which something else was offered, or came back in part. Data only."""

from __future__ import annotations

from collections.abc import Iterator

from processes.demo.story import AGREE, Mark, Said, Story, Turn, answer_offer, offer


def offered() -> Iterator[Story]:
    """Yield offers: open, declined, and an exchange that was made."""
    part = offer("amount", "很抱歉，退您 6 元作为补偿，商品照常送到，可以吗？", "6.00")
    yield Story(
        profile="shipped",
        reason="L_INFO",
        text="页面写明附赠收纳袋，客服说这批没有",
        hours_ago=16.3,
        said=(
            Said(who="buyer", text="您好，没有收纳袋的话，可以补一点差价吗？不想再折腾退货了。"),
            Said(who="seller", text="您好，看到了。稍等，我和仓库确认一下。"),
            Said(who="buyer", text="好的，麻烦了。"),
        ),
        turns=(part,),
        own=True,
    )
    yield Story(
        profile="delivered",
        reason="Q_DESC",
        text="尺寸和页面写的差两厘米",
        photos=1,
        hours_ago=22.4,
        said=(Said(who="buyer", text="量了两遍，确实差两厘米，照片里有尺子。"),),
        turns=(part, answer_offer("decline")),
    )
    send = Turn(
        who="seller",
        task="task_send_exchange",
        values=(("carrier", "圆通速递"), ("tracking_no", "YT8800217745")),
        after=5.0,
    )
    yield Story(
        profile="delivered",
        reason="Q_VARIANT",
        text="要的蓝色，发来的是灰色",
        photos=1,
        hours_ago=35.5,
        said=(
            Said(who="buyer", text="急着送人，能不能直接换一件蓝色的？"),
            Said(who="seller", text="可以的，马上给您提换货方案，收到蓝色的再把灰色寄回。"),
        ),
        turns=(
            offer("exchange", "今天寄出蓝色同款；收到后请把灰色的放回原包装，快递上门来取。"),
            answer_offer("accept"),
            send,
        ),
        mark=Mark(stars=5, text="当天就换了，处理得很快。", answer="感谢您的理解，祝您生活愉快！"),
    )


def returned_in_part() -> Iterator[Story]:
    """Yield a return of which the shop took some units and others not."""
    send = Turn(
        who="buyer",
        task="task_send_back",
        values=(("carrier", "圆通速递"), ("tracking_no", "YT8800219063")),
        after=6.0,
    )
    counted = Turn(
        who="seller",
        task="task_confirm_return",
        values=(
            ("inspection", "partly"),
            ("refusal_code", "RESALE_IMPAIRED"),
            ("explanation", "退回的商品里有一件已经拆封使用，无法再次销售，其余的已收妥。"),
        ),
        after=20.0,
        damaged=1,
    )
    yield Story(
        profile="delivered",
        reason="Q_EXPECT",
        text="和想的不一样，想全部退回",
        hours_ago=44.0,
        turns=(AGREE, send, counted),
        units=2,
    )
