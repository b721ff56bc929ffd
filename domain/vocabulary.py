"""The closed vocabularies of the field, with the words a person reads for each value.

Stored values are the English terms of the field (never single letters); the Chinese labels are gettext
source strings, so that every screen shows them in the reader's language.
"""

from enum import StrEnum

from domain.i18n import N_, _


class Labelled(StrEnum):
    """A stored value with a label for people; subclasses list their labels in `_labels()`."""

    @classmethod
    def _labels(cls) -> dict[str, str]:
        raise NotImplementedError

    @property
    def label(self) -> str:
        """The value in the reader's language."""
        return _(self._labels()[self.value])

    @property
    def source_label(self) -> str:
        """The value's Chinese word, whatever the reader's language: what a file may hold instead of the value."""
        return self._labels()[self.value]


class Level(Labelled):
    """Administrative levels, top down. Any of them may be the root of an installation."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "city": N_("市"),
            "district": N_("区县"),
            "street": N_("街道"),
            "community": N_("社区"),
            "grid": N_("网格"),
        }

    @classmethod
    def ordered(cls) -> tuple["Level", ...]:
        """All levels, top down."""
        return tuple(cls)

    @property
    def rank(self) -> int:
        """0 for the city, 4 for the grid."""
        return self.ordered().index(self)

    @property
    def child(self) -> "Level | None":
        """The level just below, None for a grid."""
        return None if self is Level.GRID else self.ordered()[self.rank + 1]

    @property
    def parent(self) -> "Level | None":
        """The level just above, None for a city."""
        return None if self is Level.CITY else self.ordered()[self.rank - 1]

    @property
    def id_column(self) -> str:
        """The path column that holds this level's area id."""
        return f"{self.value}_id"


class AreaKind(Labelled):
    """综合网格 are general; 专属网格 are dedicated to a park, a mall, a campus."""

    GENERAL = "general"
    DEDICATED = "dedicated"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {"general": N_("综合网格"), "dedicated": N_("专属网格")}


class AreaSource(Labelled):
    """What placed a case: its point, its own area code, its own area name, or nothing."""

    POINT = "point"
    CODE = "code"
    NAME = "name"
    NONE = "none"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "point": N_("按坐标"),
            "code": N_("按编码"),
            "name": N_("按名称"),
            "none": N_("未落区"),
        }


class LocationStatus(Labelled):
    """What became of a case's point in the join."""

    INSIDE = "inside"
    ON_EDGE = "on_edge"
    AMBIGUOUS = "ambiguous"
    OUTSIDE = "outside"
    NO_LOCATION = "no_location"
    INVALID = "invalid"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "inside": N_("区内"),
            "on_edge": N_("边界上"),
            "ambiguous": N_("落入重叠区域"),
            "outside": N_("区外"),
            "no_location": N_("无坐标"),
            "invalid": N_("坐标无效"),
        }


class CaseState(Labelled):
    """Stages and side states of a case (DOMAIN: seven stages of 数字城管 practice)."""

    REPORTED = "reported"
    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    FEEDBACK = "feedback"
    CLOSED = "closed"
    VOID = "void"
    RETURNED = "returned"
    REWORK = "rework"
    DEFERRED = "deferred"
    EXTENDED = "extended"
    SUSPENDED = "suspended"
    SUPERVISED = "supervised"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "reported": N_("已上报"),
            "registered": N_("已立案"),
            "dispatched": N_("已派遣"),
            "handling": N_("处理中"),
            "feedback": N_("已反馈"),
            "closed": N_("已结案"),
            "void": N_("作废"),
            "returned": N_("已退回"),
            "rework": N_("返工"),
            "deferred": N_("缓办"),
            "extended": N_("延期"),
            "suspended": N_("挂账"),
            "supervised": N_("督办"),
        }

    @property
    def is_closed(self) -> bool:
        """True where nothing more is owed: closed or void."""
        return self in (CaseState.CLOSED, CaseState.VOID)


class Outcome(Labelled):
    """How a case was closed; explained_cannot_do is never counted as solved."""

    SOLVED = "solved"
    PARTLY_SOLVED = "partly_solved"
    EXPLAINED_CANNOT_DO = "explained_cannot_do"
    DUPLICATE = "duplicate"
    VOID = "void"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "solved": N_("已解决"),
            "partly_solved": N_("部分解决"),
            "explained_cannot_do": N_("已解释无法办理"),
            "duplicate": N_("重复"),
            "void": N_("无效"),
        }


class Timeliness(Labelled):
    """The source's own label; our own figure is computed from timestamps and never taken from here."""

    ON_TIME = "on_time"
    OVERDUE = "overdue"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {"on_time": N_("来源标注按期"), "overdue": N_("来源标注超期")}


class Rating(Labelled):
    """A resident's rating of the handling."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {"good": N_("好评"), "fair": N_("一般"), "bad": N_("差评")}


class Channel(Labelled):
    """Known channels; a source may send others, which are kept as they came and counted."""

    HOTLINE_12345 = "hotline_12345"
    GRID_WORKER = "grid_worker"
    RESIDENT_APP = "resident_app"
    PATROL = "patrol"
    SENSOR = "sensor"
    DEPARTMENT_TRANSFER = "department_transfer"
    OTHER = "other"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "hotline_12345": N_("12345热线"),
            "grid_worker": N_("网格员上报"),
            "resident_app": N_("居民随手拍"),
            "patrol": N_("巡查发现"),
            "sensor": N_("感知设备"),
            "department_transfer": N_("部门转办"),
            "other": N_("其他渠道"),
        }


class PointKind(Labelled):
    """Kinds of service points."""

    POLICE_ROOM = "police_room"
    POLICE_POST = "police_post"
    PARTY_CENTRE = "party_centre"
    PARTY_STATION = "party_station"
    COURIER_STATION = "courier_station"
    CANTEEN = "canteen"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "police_room": N_("警务室"),
            "police_post": N_("警务站"),
            "party_centre": N_("党群服务中心"),
            "party_station": N_("党群服务站"),
            "courier_station": N_("红帆驿站"),
            "canteen": N_("社区食堂"),
        }


class PoliceTier(Labelled):
    """The three tiers of 警地融合: who of the police takes part in the work of which level of areas."""

    STATION_CHIEF = "station_chief"
    COMMUNITY_POLICE = "community_police"
    AUXILIARY = "auxiliary"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "station_chief": N_("派出所所长"),
            "community_police": N_("社区民警"),
            "auxiliary": N_("辅警（警务助理）"),
        }

    @property
    def level(self) -> Level:
        """The level of the areas whose work the tier takes part in."""
        return {
            PoliceTier.STATION_CHIEF: Level.STREET,
            PoliceTier.COMMUNITY_POLICE: Level.COMMUNITY,
            PoliceTier.AUXILIARY: Level.GRID,
        }[self]

    @property
    def seat(self) -> str:
        """Where the tier is embedded, in the reader's language."""
        return {
            PoliceTier.STATION_CHIEF: _("街道领导班子"),
            PoliceTier.COMMUNITY_POLICE: _("社区两委"),
            PoliceTier.AUXILIARY: _("网格"),
        }[self]


class Takeover(Labelled):
    """What is done about a compound that nobody manages (弃管小区清零)."""

    STATE_COMPANY = "state_company"
    STREET_TRUST = "street_trust"
    SELF_MANAGEMENT = "self_management"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "state_company": N_("国企接管"),
            "street_trust": N_("街道托管"),
            "self_management": N_("业主自管"),
        }


class LineKind(Labelled):
    """Kinds of lines on the base map."""

    ROAD = "road"
    WATER = "water"
    RAIL = "rail"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {"road": N_("道路"), "water": N_("水系"), "rail": N_("铁路")}


class ImportKind(Labelled):
    """What an import brings."""

    AREAS = "areas"
    CASES = "cases"
    POINTS = "points"
    COMPOUNDS = "compounds"
    LINES = "lines"
    DUTY = "duty"
    ASSESSMENTS = "assessments"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "areas": N_("区域边界"),
            "cases": N_("案件"),
            "points": N_("服务点"),
            "compounds": N_("小区"),
            "lines": N_("线要素"),
            "duty": N_("责任岗位"),
            "assessments": N_("考核评分"),
        }


class Role(Labelled):
    """Roles of an actor."""

    LEADER = "leader"
    SECRETARY = "secretary"
    ANALYST = "analyst"
    GRID_WORKER = "grid_worker"
    DISPATCHER = "dispatcher"
    DEPARTMENT_HANDLER = "department_handler"
    VERIFIER = "verifier"
    CALLBACK_AGENT = "callback_agent"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "leader": N_("领导"),
            "secretary": N_("社区书记"),
            "analyst": N_("分析员"),
            "grid_worker": N_("网格员"),
            "dispatcher": N_("派遣员"),
            "department_handler": N_("部门经办人"),
            "verifier": N_("核查员"),
            "callback_agent": N_("回访员"),
            "operator": N_("数据管理员"),
            "administrator": N_("系统管理员"),
            "auditor": N_("审计员"),
        }


class Subject(StrEnum):
    """What carries a data version of its own, so that one change does not empty every cache."""

    AREAS = "areas"
    CASES = "cases"
    POINTS = "points"
    COMPOUNDS = "compounds"
    LINES = "lines"
    DUTY = "duty"
    ASSESSMENTS = "assessments"
    CITY = "city"
    IMPORTS = "imports"
