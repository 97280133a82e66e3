"""The demo shops, and who works there. Data only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DemoShop:
    """A shop of the demo data, and who works there."""

    slug: str
    name: str
    seller_login: str
    seller_name: str
    phone: str
    address: str


SHOPS = (
    DemoShop(
        slug="yunduan",
        name="云端服饰旗舰店",
        seller_login="seller1",
        seller_name="陈志强",
        phone="0571-88012345",
        address="浙江省杭州市余杭区临平街道迎宾路 188 号 3 幢 售后部",
    ),
    DemoShop(
        slug="jiguang",
        name="极光数码专营店",
        seller_login="seller2",
        seller_name="黄丽娟",
        phone="0755-26543210",
        address="广东省深圳市南山区科技园北区朗山路 11 号 B 座 2 层 退货组",
    ),
    DemoShop(
        slug="muyang",
        name="木漾家居生活馆",
        seller_login="seller3",
        seller_name="吴建国",
        phone="0757-83214567",
        address="广东省佛山市顺德区乐从镇家具大道 66 号 5 号仓",
    ),
    DemoShop(
        slug="shanye",
        name="山野食集",
        seller_login="seller4",
        seller_name="杨雪梅",
        phone="0871-65123456",
        address="云南省昆明市官渡区小板桥街道云大西路 39 号",
    ),
    DemoShop(
        slug="mengbao",
        name="萌宝母婴优选",
        seller_login="seller5",
        seller_name="赵敏",
        phone="021-54321098",
        address="上海市松江区九亭镇沪松公路 1399 弄 68 号 1 楼",
    ),
    DemoShop(
        slug="molin",
        name="墨林书局",
        seller_login="seller6",
        seller_name="孙文博",
        phone="010-62345678",
        address="北京市通州区台湖镇北京出版物发行物流中心 4 号库",
    ),
)
