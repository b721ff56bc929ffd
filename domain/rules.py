"""The catalogue of rules that imported data is held against.

A *reject* rule keeps a row out (it is stored apart, with the row number, and can be corrected and imported
again); a *finding* rule lets it in and says so. Every code that a reject or finding carries stands here.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.i18n import N_, _
from domain.vocabulary import CaseState, Labelled, Level, PointKind


class Severity(StrEnum):
    """What a rule does to the row it fires on."""

    REJECT = "reject"
    FINDING = "finding"


@dataclass(frozen=True)
class Rule:
    """One rule: code, what it does, its title and what to do about it (both translatable)."""

    code: str
    severity: Severity
    title_msgid: str
    remedy_msgid: str
    terms: type[Labelled] | None = None
    """The values that are allowed, where the remedy names them (`{terms}`)."""

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return _(self.title_msgid)

    @property
    def remedy(self) -> str:
        """What to do, in the reader's language."""
        if self.terms is None:
            return _(self.remedy_msgid)
        named = "、".join(f"{term.value} {term.label}" for term in self.terms)
        return _(self.remedy_msgid).format(terms=named)

    @property
    def told(self) -> str:
        """The title and what to do, as one text."""
        return _("{title}：{remedy}").format(title=self.title, remedy=self.remedy)


def _rule(
    severity: Severity, code: str, title: str, remedy: str, terms: type[Labelled] | None = None
) -> Rule:
    return Rule(code, severity, title, remedy, terms)


_REJECT = Severity.REJECT
_FINDING = Severity.FINDING

_ALL = (
    _rule(_REJECT, "malformed_row", N_("列数与表头不符"), N_("检查该行的分隔符和引号，改正后重新导入。")),
    _rule(_REJECT, "missing_id", N_("缺少案件编号"), N_("补上编号，或在映射里改用其他列。")),
    _rule(_REJECT, "missing_value", N_("缺少必填值"), N_("补上该值后重新导入。")),
    _rule(_REJECT, "bad_date", N_("日期无法识别"), N_("改正日期，或在映射的日期格式里加上该写法。")),
    _rule(
        _REJECT, "bad_number", N_("数值无法识别"), N_("写成数字，如 85 或 85.5，不带单位，改正后重新导入。")
    ),
    _rule(
        _REJECT,
        "unknown_state",
        N_("状态没有对应值"),
        N_("在映射的 values.state.map 里加上该状态，对应值可用：{terms}。"),
        CaseState,
    ),
    _rule(
        _REJECT,
        "unknown_kind",
        N_("类别没有对应值"),
        N_("在映射的 values.kind.map 里加上该类别，对应值可用：{terms}。"),
        PointKind,
    ),
    _rule(
        _REJECT,
        "unknown_level",
        N_("层级没有对应值"),
        N_("在映射的 values.area_level.map 里加上该层级，对应值可用：{terms}。"),
        Level,
    ),
    _rule(_REJECT, "unknown_value", N_("取值没有对应值"), N_("在映射的对照表里加上该取值。")),
    _rule(
        _REJECT,
        "duplicate_id",
        N_("同一编号的行内容不同"),
        N_("改正编号，或在映射里声明重复编号的处理办法。"),
    ),
    _rule(_REJECT, "empty_geometry", N_("没有图形"), N_("补上图形后重新导入。")),
    _rule(_REJECT, "not_polygonal", N_("图形不是面"), N_("区域边界只收面图形。")),
    _rule(_REJECT, "wrong_geometry", N_("图形种类不符"), N_("小区收面或点，线要素收线或面。")),
    _rule(_REJECT, "unrepairable_geometry", N_("图形无法修复"), N_("在制图软件里修好该图形后重新导入。")),
    _rule(_REJECT, "duplicate_code", N_("编码重复"), N_("同一级的编码只能出现一次。")),
    _rule(_REJECT, "duplicate_geometry", N_("图形重复"), N_("同一图形出现了多次，只留一个。")),
    _rule(_REJECT, "unknown_area", N_("区域不存在"), N_("先导入该级区域边界，或改正编码、名称。")),
    _rule(
        _REJECT,
        "ambiguous_area",
        N_("区域名称不唯一"),
        N_("写明层级，改用编码，或写成“街道/社区”。"),
    ),
    _rule(
        _REJECT,
        "duplicate_duty",
        N_("同一区域的同一岗位重复"),
        N_("合成一行并写明人数，或用单位、班次、编码分开。"),
    ),
    _rule(
        _REJECT,
        "bad_hours",
        N_("开放时间无法识别"),
        N_("写成 Mo-Fr 08:30-17:30、周一至周五 8:30-17:30 或 24/7，或在映射的对照表里加上该写法。"),
    ),
    _rule(
        _REJECT,
        "bad_period",
        N_("周期无法识别"),
        N_("写成 2026Q3、2026-07、2026年第三季度或 2026；起止日期都要有，止日不早于起日。"),
    ),
    _rule(_REJECT, "unknown_compound", N_("小区不存在"), N_("先导入小区，或改正小区编码。")),
    _rule(_REJECT, "unknown_company", N_("物业企业不存在"), N_("先导入写有该企业的小区，或改正企业名称。")),
    _rule(_REJECT, "two_subjects", N_("既写了小区又写了企业"), N_("一行只考核一个对象，请留一个。")),
    _rule(
        _REJECT,
        "duplicate_assessment",
        N_("同一对象、指标、周期重复"),
        N_("只留一行，或用编码分开。"),
    ),
    _rule(
        _REJECT,
        "beyond_scale",
        N_("分值超出满分范围"),
        N_("改正分值；若是范围写错了，请改映射里的 scale 或满分列 maximum。"),
    ),
    _rule(_REJECT, "no_headcount", N_("人数不足一人"), N_("空缺的岗位不登记，或改正人数。")),
    _rule(
        _FINDING,
        "placeholder_point",
        N_("大量案件挤在同一个点上"),
        N_("多半是默认坐标而非事发地；热力图会剔除并计数，请向来源核实。"),
    ),
    _rule(
        _FINDING,
        "swapped_axes",
        N_("经纬度疑似颠倒"),
        N_("在映射里把 lon 与 lat 两列对调；坐标从不擅自改动。"),
    ),
    _rule(_FINDING, "impossible_lonlat", N_("坐标不可能是经纬度"), N_("案件已收下但不落图，请改正坐标。")),
    _rule(_FINDING, "future_date", N_("日期在未来"), N_("请向来源核实日期。")),
    _rule(_FINDING, "closed_before_reported", N_("结案早于上报"), N_("请向来源核实时间。")),
    _rule(_FINDING, "code_mismatch", N_("行内编码与坐标所在区域不符"), N_("按映射的 prefer 取舍，请核实。")),
    _rule(_FINDING, "name_mismatch", N_("行内名称与坐标所在区域不符"), N_("按映射的 prefer 取舍，请核实。")),
    _rule(_FINDING, "unknown_code", N_("行内区域编码不存在"), N_("导入该级区域边界，或改正编码。")),
    _rule(_FINDING, "unknown_name", N_("行内区域名称不存在"), N_("导入该级区域边界，或改正名称。")),
    _rule(_FINDING, "ambiguous_name", N_("行内区域名称不唯一"), N_("同名区域不止一个，请改用编码。")),
    _rule(
        _FINDING,
        "mobile_contact",
        N_("联系电话像是手机号"),
        N_("只登记岗位的办公电话；若是个人号码，请改正后重新导入。"),
    ),
    _rule(
        _FINDING,
        "beyond_bands",
        N_("分值超出评级方案的分段"),
        N_("已收下，评级时按最近一端计分；请核实分值和分制。在映射里写 scale，超出的行就会被拒绝。"),
    ),
    _rule(
        _FINDING,
        "unasked_assessment",
        N_("没有评级方案用到这个指标"),
        N_("已收下，但不计入评级；请核对指标名，或在评级方案里加上它。"),
    ),
    _rule(_FINDING, "unknown_point", N_("驻点编码不存在"), N_("先导入该服务点，或改正编码；岗位已收下。")),
    _rule(_FINDING, "stacked_points", N_("多个服务点坐标相同"), N_("请核实每个点自己的坐标。")),
    _rule(_FINDING, "unmapped_value", N_("取值不在对照表里"), N_("按原值收下；如需归并，请在映射里补上。")),
    _rule(
        _FINDING,
        "emptied_value",
        N_("取值认不出，已留空"),
        N_("没有按原值收下，这一项按无值记录；请改正取值，或在映射的对照表里补上后重新导入。"),
    ),
    _rule(_FINDING, "ambiguous_local_time", N_("夏令时切换，当地时刻有两解"), N_("取较早的一个。")),
    _rule(
        _FINDING, "nonexistent_local_time", N_("夏令时切换，当地时刻不存在"), N_("顺延到下一个存在的时刻。")
    ),
    _rule(
        _FINDING,
        "timezone_differs",
        N_("映射的时区与城市的时区不同"),
        N_("若时间因此偏移，请改映射的 timezone，或用 python -m data city --timezone。"),
    ),
    _rule(_FINDING, "undecodable_text", N_("有字节无法解码"), N_("以替换符收下；请确认文件编码。")),
    _rule(
        _FINDING,
        "unclosed_quote",
        N_("引号疑似没有合上"),
        N_("一个单元格里装着像是整行的内容，请检查该行的引号。"),
    ),
    _rule(_FINDING, "zero_coordinate", N_("坐标为 0,0"), N_("按无坐标收下。")),
    _rule(_FINDING, "half_coordinate", N_("经纬度只有一个"), N_("按无坐标收下，请补全。")),
    _rule(_FINDING, "repeated_row", N_("同一行在文件里重复出现"), N_("只取一次，其余计入未变更。")),
    _rule(_FINDING, "kept_apart", N_("同一编号的不同行分开保留"), N_("编号后加了序号，请向来源核实。")),
    _rule(_FINDING, "superseded_row", N_("同一编号取较新的一行"), N_("较旧的行计入未变更。")),
    _rule(_FINDING, "older_than_stored", N_("比库内记录旧"), N_("保留库内较新的记录。")),
    _rule(_FINDING, "state_conflict", N_("状态与台账冲突"), N_("台账为准，请核实来源。")),
    _rule(_FINDING, "repaired_geometry", N_("无效图形已修复"), N_("请在源数据里改正该图形。")),
    _rule(_FINDING, "overlap", N_("同级区域重叠"), N_("请核对边界；重叠处的案件归编码小者。")),
    _rule(_FINDING, "gap", N_("同级区域之间有空隙"), N_("空隙里的案件落不到区，请核对边界。")),
    _rule(_FINDING, "code_prefix", N_("编码前缀与上级不符"), N_("以上级列为准，请核对编码。")),
    _rule(
        _FINDING,
        "generated_code",
        N_("文件没有编码，已自动生成"),
        N_("有正式编码后请用带编码的文件重新导入。"),
    ),
    _rule(
        _FINDING, "dissolved_parent", N_("缺少上级区域，已由下级合并而成"), N_("有正式边界后请导入上级区域。")
    ),
    _rule(_FINDING, "renamed_area", N_("同一编码的名称变了"), N_("按新名称记录，旧名称留在历史里。")),
)

RULES: dict[str, Rule] = {rule.code: rule for rule in _ALL}
"""Every rule by its code."""
