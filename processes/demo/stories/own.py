"""The cases of buyer1, whom people sign in as. Data only."""

from __future__ import annotations

from collections.abc import Iterator

from processes.demo.stories.decided import REFUSED_CLAIM, REFUSED_SHIPPING
from processes.demo.story import (
    AGREE,
    Mark,
    Story,
    Turn,
    answer_offer,
    answer_refusal,
    answer_ruling,
    offer,
    say,
)

_SENT = Turn(
    who="buyer",
    task="task_send_back",
    values=(("carrier", "顺丰速运"), ("tracking_no", "SF7788012200451")),
    after=10.0,
)
_RULED_FOR_SELLER = Turn(
    who="agent",
    task="task_rule",
    values=(("ruling", "seller"), ("reasons", "照片只能看到拉链头，看不出脱齿的位置。")),
)


def of_buyer1() -> Iterator[Story]:
    """Yield cases of the buyer who signs in, in every stage that asks something of him."""
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
    yield Story(
        profile="delivered",
        reason="Q_EXPECT",
        text="比想象的大一号，没有拆吊牌",
        hours_ago=40.3,
        own=True,
        turns=(AGREE, _SENT),
    )
    yield Story(
        profile="delivered",
        reason="Q_VARIANT",
        text="要的是米白，收到的是杏色",
        photos=1,
        hours_ago=26.8,
        own=True,
        turns=(offer("exchange", "给您换米白色，今天就能寄出。"), answer_offer("accept")),
    )
    yield Story(
        profile="delivered",
        reason="Q_DEFECT",
        text="拉链用了两次就脱齿了",
        photos=2,
        hours_ago=42.5,
        own=True,
        turns=(
            REFUSED_CLAIM,
            answer_refusal("escalate", "拉链脱齿是质量问题，不是色差，请平台看一下照片。"),
            say("buyer", "两次都是正常拉合，没有用力。"),
            say("seller", "出库前抽检拉链完好。"),
            _RULED_FOR_SELLER,
            answer_ruling("seller", "accept"),
            answer_ruling("buyer", "appeal", "附上当天购买后拍的视频，请高级客服再看一次。"),
        ),
    )
