"""Proposes how to read files of places: a mapping for points, compounds, posts and assessments, else fields.

Goes by the names of columns, and for closed vocabularies by the values found; what it does not know it leaves to the
operator. The mapping is TOML with
comments, as `data.ingest.propose` makes it for cases.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from data.ingest.chunks import TableFile
from data.ingest.mapping_columns import CLOSED_VOCABULARIES, DEFAULT_EMPTY, Joined, looks_personal
from data.ingest.propose_values import explained, map_lines, quoted
from data.ingest.synonyms import COLUMNS, key
from data.ingest.tables import open_table
from data.ingest.values import text_column
from domain.errors import InputRefused
from domain.i18n import _
from domain.vocabulary import ImportKind

_CODE: Final = ("编码", "代码", "编号", "code", "id")
_NAME: Final = ("名称", "名字", "name", "title")
_AREA_CODE: Final = (
    *COLUMNS["area_code"],
    "区域编码",
    "区域代码",
    "负责区域编码",
)
_AREA_NAME: Final = (*COLUMNS["area_name"], "区域名称", "负责区域", "区域")
_HOUSEHOLDS: Final = ("户数", "总户数", "居民户数", "households")

_TABLES: Final[dict[ImportKind, dict[str, tuple[str, ...]]]] = {
    ImportKind.POINTS: {
        "code": ("站点编码", "点位编码", *_CODE),
        "name": ("站点名称", "点位名称", "机构名称", *_NAME),
        "kind": ("类别", "类型", "站点类型", "点位类型", "kind", "type"),
        "address": ("地址", "详细地址", "address"),
        "area_code": _AREA_CODE,
        "level": ("层级", "级别", "站点层级", "level"),
        "opening_hours": ("开放时间", "服务时间", "值班时间", "openinghours"),
        "lon": COLUMNS["lon"],
        "lat": COLUMNS["lat"],
    },
    ImportKind.COMPOUNDS: {
        "code": ("小区编码", "小区代码", *_CODE),
        "name": ("小区名称", "小区", *_NAME),
        "address": ("地址", "详细地址", "address"),
        "households": _HOUSEHOLDS,
        "buildings": ("楼栋数", "栋数", "楼栋", "buildings"),
        "built_year": ("建成年份", "建成年代", "建筑年代", "builtyear", "yearbuilt"),
        "company": ("物业公司", "物业企业", "物业", "company"),
        "unmanaged_since": ("失管日期", "弃管日期", "unmanagedsince"),
        "unmanaged_until": ("上次弃管截止", "上次弃管结束日期", "unmanageduntil"),
        "takeover": ("接管方式", "处置措施", "takeover"),
        "takeover_due": ("接管期限", "销号期限", "takeoverdue"),
        "owners_committee": ("业委会", "业主委员会", "ownerscommittee"),
        "party_branch": ("小区党支部", "党支部", "党组织", "partybranch"),
        "cross_serving": ("双向交叉任职", "交叉任职", "crossserving"),
        "has_place": ("有场所", "场所", "hasplace"),
        "has_funds": ("有经费", "经费", "hasfunds"),
        "has_volunteers": ("有志愿者", "有队伍", "志愿者", "志愿队伍", "hasvolunteers"),
        "has_consultation": ("有协商", "协商机制", "议事协商", "hasconsultation"),
        "demonstration": ("示范小区", "示范", "demonstration"),
        "lon": COLUMNS["lon"],
        "lat": COLUMNS["lat"],
    },
    ImportKind.DUTY: {
        "code": ("岗位编码", "岗位编号"),
        "area_code": _AREA_CODE,
        "area_name": _AREA_NAME,
        "area_level": ("区域层级", "层级", "级别", "level"),
        "post": ("岗位", "岗位名称", "职务", "post"),
        "unit": ("所属单位", "单位", "部门", "unit"),
        "headcount": ("人数", "编制", "headcount"),
        "shift": ("班次", "值班时间", "shift"),
        "contact": ("办公电话", "值班电话", "固定电话", "contact"),
        "point_code": ("驻点编码", "站点编码", "警务室编码", "pointcode"),
        "tier": ("嵌入层级", "警种层级", "tier"),
        "embedded_as": ("兼任职务", "兼职", "嵌入职务", "embeddedas"),
    },
    ImportKind.ASSESSMENTS: {
        "code": ("考核编码", "考核编号", *_CODE),
        "indicator": ("指标", "指标名称", "考核项目", "考核指标", "indicator"),
        "compound_code": ("小区编码", "小区代码", "compoundcode"),
        "company": ("物业公司", "物业企业", "企业名称", "企业", "company"),
        "period": ("周期", "考核周期", "考核期", "季度", "月份", "period"),
        "period_start": ("开始日期", "起始日期", "周期开始", "periodstart"),
        "period_end": ("结束日期", "截止日期", "周期结束", "periodend"),
        "value": ("得分", "分数", "评分", "考核得分", "分值", "value", "score"),
        "maximum": ("满分", "满分值", "maximum", "fullmark"),
        "evidence": ("依据", "文号", "考核依据", "备注", "evidence"),
    },
}
_SECTIONS: Final = {
    ImportKind.POINTS: "point",
    ImportKind.COMPOUNDS: "compound",
    ImportKind.DUTY: "duty",
    ImportKind.ASSESSMENTS: "assessment",
}
_REQUIRED: Final = {
    ImportKind.POINTS: ("name", "kind"),
    ImportKind.COMPOUNDS: ("name",),
    ImportKind.DUTY: ("post", "area_code"),
    ImportKind.ASSESSMENTS: ("indicator", "compound_code", "period", "value"),
}

_AREA_FIELDS: Final = {
    "name": ("名称", "网格名称", "社区名称", "街道名称", "区县名称", "name", "fullname"),
    "code": ("编码", "代码", "网格编码", "社区编码", "区划代码", "code", "adcode", "id", "gid"),
    "parent": ("上级编码", "父级编码", "上级代码", "所属社区编码", "parentcode", "parent", "pcode"),
    "kind": ("网格类型", "类型", "kind"),
    "urban_class": ("城乡分类", "城乡分类代码", "urbanclass"),
    "households": _HOUSEHOLDS,
    "population": ("人口", "常住人口", "总人口", "population"),
}
_LINE_FIELDS: Final = {
    "name": ("名称", "道路名称", "路名", "河流名称", "name"),
    "rank": ("等级", "道路等级", "rank", "level"),
}


def propose_places(path: Path, kind: ImportKind) -> str:
    """A mapping for a file of points, compounds, posts or assessments, as TOML with comments.

    Raises InputRefused where the file cannot be read as a table, or where files of its kind take no mapping.
    """
    if kind not in _TABLES:
        raise InputRefused(
            _("{kind}不用映射。").format(kind=kind.label), _("请在导入命令里写明各字段，见 --help。")
        )
    file = open_table(path)
    found = _matched(file.columns, _TABLES[kind])
    lines = [
        "# " + _("由 {name} 的表头推测；请逐行核对。").format(name=path.name),
        f"# {file.note}",
        "",
        f"[{_SECTIONS[kind]}]",
    ]
    if "lon" in found and "lat" in found:
        note = _("不确定：高德、腾讯的坐标写 gcj02，百度写 bd09，国家 2000 写 cgcs2000")
        lines.append(f'crs = "wgs84"  # {note}')
    else:
        found = {target: column for target, column in found.items() if target not in {"lon", "lat"}}
    if kind is ImportKind.ASSESSMENTS:
        found = _of_one_subject(found)
        if "indicator" not in found:
            note = _("整个文件只有一个指标时写在这里，代替指标列")
            lines.append(f'# indicator = "…"  # {note}')
        if "maximum" not in found:
            note = _("分值可能的最小和最大值；写上后，超出的行会被拒绝")
            lines.append(f"# scale = [0, 100]  # {note}")
    lines += ["", f"[{_SECTIONS[kind]}.columns]"]
    lines += [f"{target} = {quoted(column)}" for target, column in found.items()]
    lines += [
        f'# {target} = "…"  # ' + _("没有认出这一列，请写上列名")
        for target in _REQUIRED[kind]
        if target not in found
    ]
    unused = [column for column in file.columns if column not in found.values()]
    if unused:
        lines.append("# " + _("没有用到的列：{columns}").format(columns="、".join(unused)))
    lines += _value_lines(_SECTIONS[kind], file, found)
    return "\n".join(re.sub(r"[\x00-\x08\x0a-\x1f\x7f]", " ", line) for line in lines) + "\n"


def _value_lines(section: str, file: TableFile, found: dict[str, str]) -> list[str]:
    """Value maps of the closed vocabularies, each where an import would not know every word without one."""
    closed = {target: column for target, column in found.items() if target in CLOSED_VOCABULARIES}
    first = next(iter(file.chunks(list(closed.values()))), None) if closed else None
    if first is None:
        return []
    lines: list[str] = []
    for target, column in closed.items():
        texts = text_column(first.table, Joined(columns=(column,)), DEFAULT_EMPTY)
        if not explained(target, texts):
            lines += map_lines(section, target, texts)
    return lines


def _of_one_subject(found: dict[str, str]) -> dict[str, str]:
    """An assessment is of a compound before it is of its company, and of a period before it is of two days."""
    left_out = {"company"} if "compound_code" in found else set()
    left_out |= {"period_start", "period_end"} if "period" in found else set()
    return {target: column for target, column in found.items() if target not in left_out}


def area_fields(fields: Sequence[str]) -> dict[str, str]:
    """What the fields of a boundary file most likely are; what nothing fits is left out.

    Keys: name, code, parent, kind, urban_class, households, population.
    """
    return _matched(fields, _AREA_FIELDS)


def line_fields(fields: Sequence[str]) -> dict[str, str]:
    """The same for a file of lines: name, rank."""
    return _matched(fields, _LINE_FIELDS)


def likely_personal(columns: Sequence[str], kind: ImportKind) -> frozenset[str]:
    """Columns of a file that by their names hold persons' names, numbers or addresses.

    What names a place ("Name" in a file of boundaries) and its own address are no person's.
    """
    known = {
        key(name) for target in ("reporter_name", "phone", "id_number", "address") for name in COLUMNS[target]
    }
    places = _TABLES.get(kind, _AREA_FIELDS) if kind not in {ImportKind.CASES, ImportKind.DUTY} else {}
    of_places = _matched(columns, {name: places[name] for name in ("name", "address") if name in places})
    return frozenset(
        name
        for name in columns
        if name not in of_places.values() and (key(name.rsplit("/", 1)[-1]) in known or looks_personal(name))
    )


def _matched(columns: Sequence[str], names: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Canonical name → the column that goes by one of its names; the first name that fits, each column once."""
    keys = {key(column.rsplit("/", 1)[-1]): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for target, own in names.items():
        match = next(
            (keys[key(name)] for name in own if key(name) in keys and keys[key(name)] not in found.values()),
            None,
        )
        if match is not None:
            found[target] = match
    return found
