"""Cases before the platform: in the hearing, ruled on, appealed. Data only."""

from __future__ import annotations

from collections.abc import Iterator

from processes.demo.stories.decided import REFUSED_CLAIM, REFUSED_EVIDENCE
from processes.demo.story import Story, Turn, answer_refusal, answer_ruling, say


def disputed() -> Iterator[Story]:
    """Yield disputes in which both sides are heard."""
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


def appealed() -> Iterator[Story]:
    """Yield a dispute whose ruling the shop has appealed against."""
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
