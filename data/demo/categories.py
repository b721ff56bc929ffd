"""The case categories: six majors, twenty-four minors, each with its own places, hours and seasons."""

from dataclasses import dataclass
from typing import Final

CHANNELS: Final = ("hotline_12345", "grid_worker", "resident_app", "patrol", "sensor", "department_transfer")

_DAY = ((10.0, 2.4, 1.0), (15.5, 2.4, 0.8))
_COMMUTE = ((8.0, 1.3, 1.0), (18.2, 1.6, 1.0))
_EVENING = ((19.6, 1.9, 1.0), (11.5, 2.0, 0.25))
_NIGHT = ((23.0, 1.7, 1.0), (6.0, 1.2, 0.22))
_MORNING = ((9.2, 1.8, 1.0), (15.0, 2.6, 0.35))
_MEALS = ((12.2, 1.1, 0.7), (19.0, 1.6, 1.0))
_HOME = ((20.0, 2.2, 1.0), (8.0, 1.6, 0.8), (13.0, 3.5, 0.5))

_FLAT = (1.0,) * 12
_SUMMER = (0.5, 0.5, 0.7, 0.9, 1.2, 1.5, 1.7, 1.7, 1.3, 1.0, 0.7, 0.5)
_WINTER = (1.4, 1.3, 1.1, 0.9, 0.8, 0.7, 0.7, 0.8, 0.9, 1.1, 1.3, 1.4)
_RAIN = (0.05, 0.05, 0.15, 0.3, 0.6, 1.5, 3.6, 3.4, 1.3, 0.4, 0.1, 0.05)
_HEATING = (2.9, 2.2, 1.3, 0.1, 0.0, 0.0, 0.0, 0.0, 0.02, 0.6, 3.1, 2.8)
_HARVEST = (0.2, 0.4, 1.9, 1.5, 0.5, 0.7, 0.2, 0.2, 0.9, 3.2, 2.0, 0.3)
_THAW = (0.6, 0.8, 1.7, 1.6, 1.2, 1.0, 1.1, 1.1, 0.9, 0.8, 0.7, 0.5)


@dataclass(frozen=True)
class Category:
    """One minor category; the table below gives the values in this order.

    Attributes:
        major, minor: names; the `category` column holds `major/minor`.
        share: share of a year's cases, in per cent, before seasons.
        places: (place type, weight) pairs; see `places`.
        hours: peaks of the day as (hour, spread in hours, weight).
        months: January to December, 1 = average.
        rest: how many cases a rest day brings, a workday = 1.
        storm: how many times as many on a day of heavy rain.
        channels: weights in the order of `CHANNELS`.
        department: who is sent.
        limit_hours: hours from registration until it is due; None = no time limit.
        handling_hours: median hours from dispatch until handled.
        spread: sigma of the logarithm of those hours.
        outcomes: per cent solved, partly_solved, explained_cannot_do, duplicate.
        texts: what is wrong, said in three ways; they follow a place name.
    """

    major: str
    minor: str
    share: float
    places: tuple[tuple[str, float], ...]
    hours: tuple[tuple[float, float, float], ...]
    months: tuple[float, ...]
    rest: float
    storm: float
    channels: tuple[int, int, int, int, int, int]
    department: str
    limit_hours: int | None
    handling_hours: float
    spread: float
    outcomes: tuple[int, int, int, int]
    texts: tuple[str, str, str]

    @property
    def name(self) -> str:
        """The value of the `category` column."""
        return f"{self.major}/{self.minor}"


_COMPOUND = (("compound", 1.0),)
_ROAD = (("road", 1.0),)

# fmt: off
CATEGORIES: Final = (
    Category("市容环境", "占道经营", 9.0, (("market", 0.6), ("road", 0.4)),
             _EVENING, _SUMMER, 1.25, 0.4, (25, 20, 15, 38, 0, 2),
             "城市管理局", 24, 7, 0.9, (82, 10, 4, 4),
             ("流动摊贩占道经营", "店外经营占用人行道", "夜市摊位挤占车行道")),
    Category("市容环境", "暴露垃圾", 8.0, (("compound", 0.6), ("road", 0.25), ("village", 0.15)),
             _MORNING, _SUMMER, 0.9, 1.0, (24, 34, 16, 25, 0, 1),
             "城市管理局", 24, 6, 0.8, (92, 5, 0, 3),
             ("垃圾满溢未清运", "建筑垃圾随意堆放", "垃圾桶周边散落垃圾")),
    Category("市容环境", "乱贴小广告", 3.4, (("compound", 0.5), ("road", 0.5)),
             _DAY, _FLAT, 0.45, 0.5, (6, 42, 8, 44, 0, 0),
             "城市管理局", 48, 10, 0.7, (96, 3, 0, 1),
             ("楼道内张贴小广告", "墙面喷涂小广告", "灯杆张贴小广告")),
    Category("市容环境", "油烟扰民", 3.4, (("market", 0.7), ("compound", 0.3)),
             _MEALS, _SUMMER, 1.1, 0.7, (56, 12, 24, 7, 0, 1),
             "生态环境局", 120, 46, 0.8, (66, 18, 12, 4),
             ("餐饮门店油烟直排", "烧烤店油烟扰民", "烟道异味飘入住户")),
    Category("公用设施", "道路破损", 4.6, _ROAD,
             _DAY, _THAW, 0.6, 1.8, (28, 18, 18, 34, 0, 2),
             "住房和城乡建设局", 168, 74, 0.9, (80, 13, 4, 3),
             ("路面坑洼破损", "人行道地砖松动", "路面塌陷")),
    Category("公用设施", "路灯不亮", 3.2, _ROAD,
             _EVENING, _WINTER, 0.95, 1.4, (30, 18, 24, 16, 12, 0),
             "城市管理局", 72, 26, 0.7, (94, 3, 1, 2),
             ("路灯不亮", "路灯连片熄灭", "路灯时亮时灭")),
    Category("公用设施", "井盖缺损", 2.2, _ROAD,
             _DAY, _FLAT, 0.7, 2.6, (20, 26, 18, 30, 6, 0),
             "水务局", 12, 5, 0.7, (97, 2, 0, 1),
             ("井盖缺失", "井盖破损松动", "雨水箅子损坏")),
    Category("公用设施", "积水内涝", 2.4, (("road", 0.55), ("water", 0.3), ("compound", 0.15)),
             _HOME, _RAIN, 1.0, 16.0, (34, 20, 18, 10, 18, 0),
             "水务局", 24, 9, 0.8, (84, 10, 4, 2),
             ("路面积水无法通行", "雨后积水倒灌", "排水不畅积水严重")),
    Category("物业管理", "电梯故障", 4.6, _COMPOUND,
             _COMMUTE, _FLAT, 1.0, 1.2, (62, 16, 16, 1, 5, 0),
             "市场监督管理局", 24, 10, 0.8, (90, 6, 2, 2),
             ("电梯频繁故障", "电梯停运", "电梯异响抖动")),
    Category("物业管理", "物业服务", 6.2, _COMPOUND,
             _HOME, _FLAT, 1.1, 1.0, (70, 10, 18, 0, 0, 2),
             "住房和城乡建设局", 120, 62, 0.9, (60, 20, 15, 5),
             ("物业服务不到位", "公共区域无人保洁", "物业收费不公开")),
    Category("物业管理", "违章搭建", 3.0, (("compound", 0.85), ("village", 0.15)),
             _DAY, _FLAT, 0.7, 0.8, (52, 22, 14, 10, 0, 2),
             "城市管理局", 240, 150, 1.0, (55, 16, 24, 5),
             ("违规搭建阳光房", "私搭乱建占用公共空间", "圈占绿地搭建")),
    Category("物业管理", "房屋漏水", 3.6, _COMPOUND,
             _DAY, _SUMMER, 0.9, 3.2, (68, 16, 14, 0, 0, 2),
             "住房和城乡建设局", 168, 96, 0.9, (68, 15, 13, 4),
             ("顶层屋面漏雨", "外墙渗水", "楼道管道漏水")),
    Category("生态环境", "噪声扰民", 7.4, (("compound", 0.7), ("market", 0.3)),
             _NIGHT, _SUMMER, 1.3, 0.5, (66, 6, 22, 3, 1, 2),
             "公安局", 24, 9, 0.8, (72, 14, 9, 5),
             ("夜间施工噪声扰民", "商铺音响噪声扰民", "广场舞噪声扰民")),
    Category("生态环境", "工地扬尘", 3.0, (("industry", 0.85), ("road", 0.15)),
             _DAY, _THAW, 0.7, 0.3, (34, 20, 14, 18, 14, 0),
             "生态环境局", 48, 18, 0.8, (86, 9, 3, 2),
             ("工地扬尘未覆盖", "渣土车遗撒", "裸土未苫盖")),
    Category("生态环境", "河道污染", 1.5, (("water", 1.0),),
             _MORNING, _SUMMER, 0.9, 1.6, (24, 26, 14, 26, 8, 2),
             "水务局", 120, 52, 0.9, (78, 14, 5, 3),
             ("河道漂浮垃圾", "河水发黑有异味", "疑似向河道排污")),
    Category("生态环境", "秸秆焚烧", 1.2, (("village", 1.0),),
             _EVENING, _HARVEST, 1.2, 0.1, (12, 46, 6, 22, 14, 0),
             "农业农村局", 6, 2.5, 0.6, (95, 3, 0, 2),
             ("田间焚烧秸秆", "村边焚烧杂物", "地块有烟点")),
    Category("民生服务", "供暖不热", 5.4, _COMPOUND,
             _HOME, _HEATING, 1.1, 1.0, (82, 6, 11, 0, 0, 1),
             "供热管理中心", 24, 14, 0.9, (76, 15, 7, 2),
             ("室内温度不达标", "暖气不热", "供暖管道漏水停暖")),
    Category("民生服务", "供水异常", 2.6, (("compound", 0.85), ("village", 0.15)),
             _HOME, _FLAT, 1.0, 1.3, (76, 10, 10, 0, 4, 0),
             "水务局", 12, 6, 0.7, (92, 5, 1, 2),
             ("突然停水", "水压不足", "自来水浑浊")),
    Category("民生服务", "燃气隐患", 1.4, _COMPOUND,
             _HOME, _WINTER, 1.0, 1.0, (58, 28, 8, 0, 6, 0),
             "燃气管理中心", 4, 1.6, 0.6, (96, 3, 0, 1),
             ("楼道有燃气味", "燃气管道锈蚀", "燃气表故障")),
    Category("民生服务", "养老服务", 1.8, (("compound", 0.8), ("village", 0.2)),
             _DAY, _FLAT, 0.5, 1.0, (46, 44, 6, 0, 0, 4),
             "民政局", None, 80, 0.9, (70, 20, 9, 1),
             ("申请老年助餐服务", "咨询居家养老补贴", "希望增设助浴服务")),
    Category("平安建设", "消防通道占用", 4.4, (("compound", 0.9), ("market", 0.1)),
             _EVENING, _FLAT, 1.1, 1.0, (34, 32, 20, 12, 2, 0),
             "消防救援大队", 24, 8, 0.8, (88, 8, 1, 3),
             ("消防通道被车辆占用", "楼道堆放杂物", "电动车飞线充电")),
    Category("平安建设", "邻里纠纷", 3.6, (("compound", 0.75), ("village", 0.25)),
             _HOME, _FLAT, 1.15, 1.0, (26, 62, 6, 0, 0, 6),
             "司法局", None, 70, 1.0, (74, 14, 11, 1),
             ("邻里因漏水发生纠纷", "邻里因停车发生纠纷", "邻里因噪声发生纠纷")),
    Category("平安建设", "违停乱停", 7.6, (("road", 0.7), ("market", 0.2), ("compound", 0.1)),
             _COMMUTE, _FLAT, 0.9, 0.8, (26, 12, 26, 28, 8, 0),
             "公安局", 12, 3.5, 0.8, (86, 7, 3, 4),
             ("车辆违停堵塞道路", "机动车占用盲道", "非机动车乱停放")),
    Category("平安建设", "犬只扰民", 2.5, (("compound", 0.8), ("village", 0.2)),
             ((7.0, 1.4, 1.0), (20.5, 1.8, 1.0)), _SUMMER, 1.15, 0.5, (56, 18, 22, 2, 0, 2),
             "公安局", 72, 30, 0.9, (72, 16, 8, 4),
             ("遛犬不牵绳", "犬吠扰民", "流浪犬聚集")),
)
# fmt: on
