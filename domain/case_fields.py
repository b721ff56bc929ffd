"""The public fields of a case: what each is called and what it means, for tables, details and exports.

Personal fields are none of these. Times are the city's local times wherever a field is shown or exported.
"""

from dataclasses import dataclass

from domain.i18n import N_, _
from domain.vocabulary import (
    AreaSource,
    CaseState,
    Channel,
    Labelled,
    LocationStatus,
    Outcome,
    Rating,
    Timeliness,
)


@dataclass(frozen=True)
class CaseField:
    """One field; `terms` is the vocabulary of its stored values, None for free ones."""

    name: str
    label_msgid: str
    meaning_msgid: str
    terms: type[Labelled] | None = None

    @property
    def label(self) -> str:
        """What the field is called, in the reader's language."""
        return _(self.label_msgid)

    @property
    def meaning(self) -> str:
        """What the field says, in the reader's language; with the words for every stored value."""
        told = _(self.meaning_msgid)
        if self.terms is None:
            return told
        values = _("；").join(f"{term.value} = {term.label}" for term in self.terms)
        return _("{meaning}取值：{values}。").format(meaning=told, values=values)

    def shown(self, value: str) -> str:
        """A stored value in words; what is no term of the vocabulary is shown as it is."""
        return self.terms(value).label if self.terms is not None and value in set(self.terms) else value


_ALL = (
    CaseField("source", N_("来源"), N_("把案件送来的系统。")),
    CaseField("source_case_id", N_("编号"), N_("案件在来源系统里的编号；与来源一起唯一确定一件案件。")),
    CaseField("channel", N_("渠道"), N_("诉求从哪里来；来源自有的渠道按原样保留。"), Channel),
    CaseField("category", N_("类别"), N_("来源给的类别。")),
    CaseField("title", N_("标题"), N_("来源给的标题；电话和证件号已遮盖。")),
    CaseField("description", N_("描述"), N_("来源给的描述；电话和证件号已遮盖。")),
    CaseField("state", N_("状态"), N_("案件现在的状态。"), CaseState),
    CaseField("outcome", N_("办理结果"), N_("结案时的结果；“已解释无法办理”从不算作已解决。"), Outcome),
    CaseField(
        "timeliness", N_("来源标注"), N_("来源自己标的按期或超期；本系统的超期由时间算出。"), Timeliness
    ),
    CaseField("rating", N_("评价"), N_("诉求人的评价。"), Rating),
    CaseField("rework_count", N_("返工次数"), N_("被退回重办的次数。")),
    CaseField("reported_at", N_("上报时间"), N_("诉求提出的时间。")),
    CaseField("registered_at", N_("立案时间"), N_("案卷建立的时间。")),
    CaseField("dispatched_at", N_("派遣时间"), N_("派给承办部门的时间。")),
    CaseField("contacted_at", N_("联系时间"), N_("承办部门首次联系诉求人的时间。")),
    CaseField("handled_at", N_("办理时间"), N_("处理完毕的时间。")),
    CaseField("closed_at", N_("结案时间"), N_("核查结案的时间。")),
    CaseField("due_at", N_("办理时限"), N_("应当结案的时间；空着的是未设时限，既不算按期也不算超期。")),
    CaseField("department", N_("承办部门"), N_("现在负责办理的部门。")),
    CaseField("place", N_("地点"), N_("来源给的地点说明，不含门牌等个人地址；电话和证件号已遮盖。")),
    CaseField("lon", N_("经度"), N_("度，WGS-84；空着的是没有坐标。")),
    CaseField("lat", N_("纬度"), N_("度，WGS-84；空着的是没有坐标。")),
    CaseField("location_status", N_("坐标情况"), N_("坐标落在哪里。"), LocationStatus),
    CaseField("area_source", N_("落区依据"), N_("案件凭什么归到区划。"), AreaSource),
    CaseField("at_placeholder", N_("占位坐标"), N_("坐标是大量案件共用的占位点，不是事发地。")),
    CaseField("city_code", N_("市编码"), N_("所在市的编码。")),
    CaseField("city", N_("市"), N_("所在市的名称。")),
    CaseField("district_code", N_("区县编码"), N_("所在区县的编码。")),
    CaseField("district", N_("区县"), N_("所在区县的名称。")),
    CaseField("street_code", N_("街道编码"), N_("所在街道或乡镇的编码。")),
    CaseField("street", N_("街道"), N_("所在街道或乡镇的名称。")),
    CaseField("community_code", N_("社区编码"), N_("所在社区或村的编码。")),
    CaseField("community", N_("社区"), N_("所在社区或村的名称。")),
    CaseField("grid_code", N_("网格编码"), N_("所在网格的编码。")),
    CaseField("grid", N_("网格"), N_("所在网格的名称。")),
)

CASE_FIELDS: dict[str, CaseField] = {field.name: field for field in _ALL}
"""Every public field by its name, in the order of an export's columns."""
