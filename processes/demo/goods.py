"""What the demo shops sell. Data only; prices in fen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DemoGoods:
    """Something that a demo shop sells, in several variants at one price."""

    shop: str
    code: str
    title: str
    category: str
    price: int
    variants: tuple[str, ...]
    description: str
    custom_made: bool = False


SIZES = ("S", "M", "L", "XL")


def _sizes(*colours: str) -> tuple[str, ...]:
    return tuple(f"{colour} / {size}" for colour in colours for size in SIZES)


GOODS = (
    DemoGoods(
        shop="yunduan",
        code="YD1001",
        title="280g 重磅纯棉圆领短袖T恤 男女同款",
        category="apparel",
        price=7900,
        variants=_sizes("本白", "炭黑"),
        description="100% 新疆长绒棉，280g 双纱，洗后缩水率不超过 3%。",
    ),
    DemoGoods(
        shop="yunduan",
        code="YD1002",
        title="轻薄羽绒服女短款 90%白鸭绒",
        category="apparel",
        price=39900,
        variants=_sizes("雾霾蓝", "奶茶色"),
        description="充绒量 110g(M 码)，蓬松度 650，附收纳袋。",
    ),
    DemoGoods(
        shop="yunduan",
        code="YD1003",
        title="高腰直筒牛仔裤女春季新款",
        category="apparel",
        price=15900,
        variants=("复古蓝 / 26", "复古蓝 / 27", "复古蓝 / 28", "黑灰 / 27"),
        description="98% 棉 2% 氨纶，水洗做旧，颜色会有轻微差异。",
    ),
    DemoGoods(
        shop="yunduan",
        code="YD1004",
        title="真皮休闲板鞋男 头层牛皮",
        category="apparel",
        price=29900,
        variants=("白色 / 40", "白色 / 41", "白色 / 42", "黑色 / 42"),
        description="头层牛皮鞋面，橡胶大底，标准运动鞋码。",
    ),
    DemoGoods(
        shop="yunduan",
        code="YD1005",
        title="羊毛混纺大衣女 双面呢 中长款",
        category="apparel",
        price=89900,
        variants=("驼色 / S", "驼色 / M", "燕麦色 / M"),
        description="羊毛 70%，手工双面呢，建议干洗。",
    ),
    DemoGoods(
        shop="yunduan",
        code="YD1006",
        title="定制刺绣姓名衬衫 商务免烫",
        category="apparel",
        price=25900,
        variants=("白色 / 39", "白色 / 40", "浅蓝 / 40"),
        description="按您留言的姓名刺绣，定制商品非质量问题不支持退换。",
        custom_made=True,
    ),
    DemoGoods(
        shop="jiguang",
        code="JG2001",
        title="65W 氮化镓充电器三口快充",
        category="digital",
        price=12900,
        variants=("白色", "深空灰"),
        description="2C1A，兼容 PD3.0/QC4+，附 1 米 C to C 线。",
    ),
    DemoGoods(
        shop="jiguang",
        code="JG2002",
        title="头戴式降噪蓝牙耳机 40小时续航",
        category="digital",
        price=59900,
        variants=("曜石黑", "月光银"),
        description="混合主动降噪 -45dB，蓝牙 5.3，支持双设备连接。",
    ),
    DemoGoods(
        shop="jiguang",
        code="JG2003",
        title="27英寸 2K 180Hz 电竞显示器",
        category="digital",
        price=109900,
        variants=("标准版", "升降支架版"),
        description="Fast IPS 面板，2560×1440，DP1.4 + HDMI2.0。",
    ),
    DemoGoods(
        shop="jiguang",
        code="JG2004",
        title="三模机械键盘 87键 热插拔",
        category="digital",
        price=26900,
        variants=("青轴", "红轴", "茶轴"),
        description="有线/2.4G/蓝牙，PBT 键帽，RGB 背光。",
    ),
    DemoGoods(
        shop="jiguang",
        code="JG2005",
        title="移动固态硬盘 1TB USB3.2",
        category="digital",
        price=45900,
        variants=("1TB", "2TB"),
        description="读取 1050MB/s，三防外壳，三年质保。",
    ),
    DemoGoods(
        shop="muyang",
        code="MY3001",
        title="泰国进口天然乳胶枕 护颈高低枕",
        category="home",
        price=19900,
        variants=("单只装", "两只装"),
        description="93% 天然乳胶含量，附可拆洗枕套。",
    ),
    DemoGoods(
        shop="muyang",
        code="MY3002",
        title="实木餐椅 北欧白蜡木 软包坐垫",
        category="home",
        price=34900,
        variants=("原木色", "胡桃色"),
        description="进口白蜡木，环保水性漆，需自行安装椅腿。",
    ),
    DemoGoods(
        shop="muyang",
        code="MY3003",
        title="60支长绒棉四件套 1.8米床",
        category="home",
        price=45900,
        variants=("雾蓝", "浅灰", "豆沙"),
        description="被套 220×240cm，床单 245×250cm，枕套两只。",
    ),
    DemoGoods(
        shop="muyang",
        code="MY3004",
        title="手工陶瓷餐具套装 16件",
        category="home",
        price=26800,
        variants=("青釉", "白釉"),
        description="釉下彩，可进微波炉与洗碗机，手工制品略有色差。",
    ),
    DemoGoods(
        shop="shanye",
        code="SY4001",
        title="云南高山阿拉比卡咖啡豆 中度烘焙 500g",
        category="food",
        price=6800,
        variants=("中度烘焙", "深度烘焙"),
        description="下单后烘焙，保质期 12 个月。",
    ),
    DemoGoods(
        shop="shanye",
        code="SY4002",
        title="古树普洱熟茶饼 357g 2021年春茶",
        category="food",
        price=16800,
        variants=("单饼", "七饼一提"),
        description="勐海产区，干仓存放。",
    ),
    DemoGoods(
        shop="shanye",
        code="SY4003",
        title="每日坚果混合礼盒 30包",
        category="food",
        price=12900,
        variants=("原味", "酸奶果干味"),
        description="750g，独立小包装，保质期 10 个月。",
    ),
    DemoGoods(
        shop="mengbao",
        code="MB5001",
        title="婴儿拉拉裤 超薄透气 L码 124片",
        category="baby",
        price=18900,
        variants=("L / 124片", "XL / 108片"),
        description="适合 9-14kg 宝宝，芯体 2mm。",
    ),
    DemoGoods(
        shop="mengbao",
        code="MB5002",
        title="儿童安全座椅 0-12岁 360度旋转 ISOFIX",
        category="baby",
        price=129900,
        variants=("石墨灰", "樱花粉"),
        description="通过 ECE R129 与 3C 认证。",
    ),
    DemoGoods(
        shop="mengbao",
        code="MB5003",
        title="PPSU 宽口径奶瓶套装 防胀气",
        category="baby",
        price=15900,
        variants=("160ml+240ml", "240ml 两只"),
        description="附 S/M 奶嘴各一，耐温 180℃。",
    ),
    DemoGoods(
        shop="molin",
        code="ML6001",
        title="《三体》全集 典藏版 套装三册",
        category="books",
        price=16800,
        variants=("精装",),
        description="重庆出版社，精装函套。",
    ),
    DemoGoods(
        shop="molin",
        code="ML6002",
        title="《深入理解计算机系统》原书第3版",
        category="books",
        price=13900,
        variants=("平装",),
        description="机械工业出版社，737 页。",
    ),
    DemoGoods(
        shop="molin",
        code="ML6003",
        title="《中国国家地理》2026年合订本",
        category="books",
        price=29800,
        variants=("上半年", "全年"),
        description="全彩铜版纸印刷。",
    ),
    DemoGoods(
        shop="molin",
        code="ML6004",
        title="儿童立体绘本 我们的身体 3-6岁",
        category="books",
        price=7980,
        variants=("精装",),
        description="互动翻翻立体书，圆角设计。",
    ),
)
