"""The demo cases: what somebody asked for, and what has happened since. Data only.

Each story takes an order of some profile, is asked for some hours before the demo's
instant, and goes on by the user tasks that its process offers.
"""

from __future__ import annotations

from collections.abc import Iterator

from processes.demo.story import (
    AGREE,
    Mark,
    Said,
    Story,
    Turn,
    answer_offer,
    answer_refusal,
    answer_ruling,
    offer,
    refuse,
    say,
)

REFUSED_SHIPPING = refuse("ALREADY_SHIPPED", "您的包裹已经称重贴单，预计今晚发出，建议收货后申请退货。")
REFUSED_CLAIM = refuse("NOT_AS_CLAIMED", "我们核对了出库照片，实物与商品页面一致，色差在页面说明的范围内。")
REFUSED_EVIDENCE = refuse("EVIDENCE_INSUFFICIENT", "照片里看不清破损的位置，麻烦补充外包装与面单的照片。")

_WAITING = (
    ("paid", "B_MIND", "家里已经买了同款，不需要了", 45.2),
    ("picking", "B_WRONG", "规格拍错了，想重新下单", 40.5),
    ("paid", "B_PRICE", "刚下单就降价了 30 元", 36.8),
    ("paid", "OTHER", "临时出差一个月，没有人在家收货了", 30.1),
    ("picking", "B_MIND", "送礼的时间来不及了", 26.4),
    ("paid", "B_WRONG", "重复提交了两单，取消其中一单", 22.9),
    ("paid", "B_MIND", "不想要了", 17.3),
    ("picking", "B_PRICE", "别家店同款更便宜", 12.6),
    ("paid", "B_MIND", "颜色想换，先取消", 8.2),
    ("paid", "B_WRONG", "地址选成了老家，改不了只能取消", 5.1),
    ("picking", "OTHER", "孩子说不喜欢这个款式，想换别的", 3.4),
    ("paid", "B_MIND", "考虑之后觉得不需要", 1.2),
)

_FAULTS = (
    ("delivered", "Q_DEFECT", "用了一次就开裂了，没法继续用", 2, 28.7),
    ("delivered", "Q_DESC", "页面标注的规格和实物对不上", 1, 20.3),
    ("delivered", "Q_VARIANT", "发来的款式和订单里选的不一样", 1, 10.8),
    ("delivered", "Q_EXPECT", "和想象的不一样，没有用过，包装完好", 0, 4.6),
    ("damaged", "L_DAMAGE", "箱子被压扁了，里面有破损", 3, 14.2),
)


def stories() -> Iterator[Story]:
    """Yield the demo cases, those that were asked for first before the others."""
    yield from sorted(_all(), key=lambda story: -story.hours_ago)


def _all() -> Iterator[Story]:
    for profile, reason, text, hours in _WAITING:
        yield Story(profile=profile, reason=reason, text=text, hours_ago=hours)
    for profile, reason, text, hours in _WAITING[::2]:
        yield Story(
            profile=profile, reason=reason, text=text, hours_ago=max(0.4, hours - 1.7), first_shop=False
        )
    for profile, reason, text, photos, hours in _FAULTS:
        yield Story(profile=profile, reason=reason, text=text, photos=photos, hours_ago=hours)
    for profile, reason, text, photos, hours in _FAULTS[2:]:
        yield Story(
            profile=profile, reason=reason, text=text, photos=photos, hours_ago=hours + 0.6, first_shop=False
        )
    yield from _agreed()
    yield from _refused()
    yield from _disputed()
    yield from _returned_in_part()
    yield from _appealed()
    yield from _offered()
    yield from _of_buyer1()


def _agreed() -> Iterator[Story]:
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


def _refused() -> Iterator[Story]:
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


def _disputed() -> Iterator[Story]:
    escalate = answer_refusal("escalate", "商家说的情况与事实不符，照片已经很清楚，请平台介入处理。")
    buyer = say("buyer", "收到时外包装完好，打开就发现问题，当天拍照并联系了客服。")
    seller = say("seller", "出库前有质检记录与称重视频，可以提供给平台。")
    for number, (refusal, turns) in enumerate(
        (
            (REFUSED_CLAIM, ()),
            (REFUSED_EVIDENCE, (buyer,)),
            (REFUSED_CLAIM, (buyer, seller)),
            (REFUSED_EVIDENCE, (buyer, seller)),
        )
    ):
        yield Story(
            profile="delivered",
            reason=("Q_DEFECT", "Q_DESC")[number % 2],
            text=("用了一天就坏了", "材质和描述不一样")[number % 2],
            photos=2,
            hours_ago=37.0 + 2 * number,
            turns=(refusal, escalate, *turns),
            first_shop=number != 1,
        )


def _returned_in_part() -> Iterator[Story]:
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


def _appealed() -> Iterator[Story]:
    ruled = Turn(
        who="agent",
        task="task_rule",
        values=(
            ("ruling", "buyer"),
            ("reasons", "开箱视频清楚，出库照片无法对应到这一件。"),
            ("fault", "seller"),
            ("freight_payer", "seller"),
        ),
    )
    yield Story(
        profile="delivered",
        reason="Q_DEFECT",
        text="收到就有明显的划痕",
        photos=2,
        hours_ago=30.6,
        turns=(
            REFUSED_CLAIM,
            answer_refusal("escalate", "商家的出库照片不是我这一件，请平台核实。"),
            say("buyer", "开箱视频可以看到划痕。"),
            say("seller", "出库照片与单号对应。"),
            ruled,
            answer_ruling("buyer", "accept"),
            answer_ruling("seller", "appeal", "补充带时间戳的打包录像，请高级客服复审。"),
            say("buyer", "录像里看不清商品的这一面。"),
            say("seller", "录像第 12 秒可以看到商品完好。"),
        ),
    )


def _offered() -> Iterator[Story]:
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


def _of_buyer1() -> Iterator[Story]:
    yield Story(profile="paid", reason="B_MIND", text="重复下单了", hours_ago=2.6, own=True)
    yield Story(
        profile="picking",
        reason="B_WRONG",
        text="规格拍错了",
        hours_ago=18.2,
        own=True,
        turns=(REFUSED_SHIPPING,),
    )
    yield Story(
        profile="delivered",
        reason="Q_DEFECT",
        text="有明显的污渍，擦不掉",
        photos=2,
        hours_ago=23.1,
        own=True,
        turns=(AGREE,),
    )
    yield Story(
        profile="delivered",
        reason="Q_DESC",
        text="和页面描述的材质不一样",
        photos=1,
        hours_ago=31.7,
        own=True,
        first_shop=False,
        turns=(REFUSED_CLAIM, answer_refusal("escalate", "材质标签与页面不一致，请平台核实。")),
    )
    yield Story(profile="late", reason="L_DELAY", text="物流三天没有更新了", hours_ago=7.7, own=True)
    yield Story(
        profile="paid",
        reason="B_PRICE",
        text="同款第二天就降价了",
        hours_ago=25.4,
        own=True,
        first_shop=False,
        turns=(AGREE,),
    )
    yield Story(
        profile="picking",
        reason="B_MIND",
        text="临时改了计划，用不上了",
        hours_ago=29.8,
        own=True,
        first_shop=False,
        turns=(REFUSED_SHIPPING, answer_refusal("accept")),
        mark=Mark(stars=3, text="解释得清楚，就是没能取消。"),
    )
