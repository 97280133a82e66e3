"""Requests that wait for a shop's answer. Data only."""

from __future__ import annotations

from collections.abc import Iterator

from processes.demo.story import Story

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


def waiting() -> Iterator[Story]:
    """Yield requests that nobody has answered yet."""
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
