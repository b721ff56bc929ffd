"""Chinese place names from syllable lists: streets, communities, villages, roads, compounds, companies.

Names are put together from common words, never from family names; a likeness to a real place is chance.
`Namer` never gives the same base name twice, so that street and community names are unique within a city.
"""

import numpy as np

DISTRICTS = ("云溪区", "望江区", "金桥区", "柳泉区", "青禾区", "枫林区", "平湖区", "石岭区", "晴川区")
COUNTIES = ("桑园县", "松坪县", "清源河县", "白石县", "沙泉县", "苇塘县", "梨坪县", "双泉县", "长滩县")
CITIES = (
    "云州市",
    "青石市",
    "柳河口市",
    "望川市",
    "金岭市",
    "桐城湾市",
    "平坝市",
    "清泉市",
    "松江湾市",
    "白塔湖市",
    "石桥市",
    "榆岭市",
    "沙湾市",
    "荷泽湖市",
)

_FIRST = tuple(
    "云柳望清金玉桂松竹梅兰荷枫桐杏桃槐榆碧翠明朝和安永福吉瑞祥"
    "锦秀星月晨虹霞静景文华广泰康宁德春秋雪银丹紫白青苍凤鹤雁鹭",
)
_SECOND = tuple("溪岸江湖泉山岭坡林园苑桥亭台阁塘湾洲堤川河城门庭屏峰")
_FIELD_WORDS = (
    "大柳 小柳 青石 白石 红土 黑土 上河 下河 前岭 后岭 东坡 西坡 南沟 北沟 石桥 木桥 "
    "双井 三岔 四方 五里 七里 八里 九里 十里 老榆 古槐 松树 杨树 桃树 梨树 枣林 竹林 "
    "沙河 清水 甜水 泉头 高台 平台 新立 新开 太平 永安 兴隆 长胜 双河 柳河 杏树 榆树"
)
_FIELD = _FIELD_WORDS.split()
_HAMLET = tuple("屯庄沟营堡店湾坪岗坝集台")
_COMPOUND = ("花园", "家园", "小区", "公寓", "新村", "华庭", "名苑", "雅居", "里", "佳园", "新城", "府")
_FAMOUS = {"金门", "玉门", "泰山", "华山", "文山"}
"""Real places known to everyone: left out."""

_DIGITS = "零一二三四五六七八九"


class Namer:
    """Draws names without repetition, in an order fixed by the random generator."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._town = _shuffled(_town_bases(), rng)
        self._field = _shuffled([a + b for a in _FIELD for b in _HAMLET], rng)

    def town(self) -> str:
        """A two-character base name, such as 柳岸."""
        return self._town.pop()

    def village(self) -> str:
        """A three-character base name, such as 青石沟."""
        return self._field.pop()


def _town_bases() -> list[str]:
    return [a + b for a in _FIRST for b in _SECOND if a + b not in _FAMOUS]


def _shuffled(names: list[str], rng: np.random.Generator) -> list[str]:
    return [names[i] for i in rng.permutation(len(names))]


def ordinal(number: int) -> str:
    """1 → 第一, 12 → 第十二, 20 → 第二十 (1–99)."""
    tens, ones = divmod(number, 10)
    text = ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + (
        _DIGITS[ones] if ones else ""
    )
    return f"第{text}"


def road_names(count: int, rng: np.random.Generator) -> list[str]:
    """`count` road names such as 柳岸路; repeated ones get 东/西/南/北 before the last character."""
    bases = _town_bases()
    order = rng.permutation(len(bases))
    ends = rng.integers(0, 3, count)
    names = []
    for i in range(count):
        side = ("", "东", "西", "南", "北")[(i // len(bases)) % 5]
        names.append(bases[order[i % len(bases)]] + side + ("路", "街", "巷")[ends[i]])
    return names


def compound_names(count: int, rng: np.random.Generator) -> list[str]:
    """`count` different compound names such as 云溪花园, later ones with 二期, 三期."""
    bases = _shuffled([a + b + c for a in _FIRST for b in _SECOND for c in _COMPOUND], rng)
    phases = ("", "二期", "三期", "四期")
    return [bases[i % len(bases)] + phases[i // len(bases)] for i in range(count)]


def company_names(count: int, rng: np.random.Generator) -> list[str]:
    """`count` different property companies such as 锦川物业服务有限公司."""
    bases = _shuffled(_town_bases(), rng)
    return [f"{base}物业服务有限公司" for base in bases[:count]]
