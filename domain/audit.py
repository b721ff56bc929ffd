"""What the audit records, which of it somebody asks for, and what can be wrong with its chain."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.i18n import N_, _, format_number
from domain.vocabulary import ImportKind, Labelled


class Action(Labelled):
    """An event that leaves a row in the audit. Released values stay: stored rows carry them."""

    LOGIN = "login"
    LOGOUT = "logout"
    REFUSAL = "refusal"
    UNMASK = "unmask"
    IMPORT_AREAS = "import_areas"
    IMPORT_CASES = "import_cases"
    IMPORT_POINTS = "import_points"
    IMPORT_COMPOUNDS = "import_compounds"
    IMPORT_LINES = "import_lines"
    IMPORT_DUTY = "import_duty"
    IMPORT_ASSESSMENTS = "import_assessments"
    UNDO_IMPORT = "undo_import"
    RELOCATE = "relocate"
    PROMISE = "promise"
    EXPORT_CASES = "export_cases"
    BATCH_EXPORT = "batch_export"
    PIVOT_EXPORT = "pivot_export"
    LIST_EXPORT = "list_export"
    EXPORT_REJECTS = "export_rejects"
    AUDIT_EXPORT = "audit_export"
    VIEW_SAVE = "view_save"
    VIEW_SHARE = "view_share"
    VIEW_DELETE = "view_delete"
    USER_ADD = "user_add"
    USER_CHANGE = "user_change"
    USER_REMOVE = "user_remove"
    USER_IMPORT = "user_import"
    USER_SIGN_OUT = "user_sign_out"
    ERASE = "erase"
    SET_CITY = "set_city"
    BACKUP = "backup"
    RESTORE = "restore"
    ANCHOR = "anchor"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "login": N_("登录"),
            "logout": N_("退出登录"),
            "refusal": N_("拒绝访问"),
            "unmask": N_("查看个人信息"),
            "import_areas": N_("导入区域边界"),
            "import_cases": N_("导入案件"),
            "import_points": N_("导入服务点"),
            "import_compounds": N_("导入小区"),
            "import_lines": N_("导入线要素"),
            "import_duty": N_("导入责任岗位"),
            "import_assessments": N_("导入考核评分"),
            "undo_import": N_("撤销导入"),
            "relocate": N_("重新落区"),
            "promise": N_("约定来源的送数间隔"),
            "export_cases": N_("导出案件"),
            "batch_export": N_("分社区批量导出"),
            "pivot_export": N_("导出透视表"),
            "list_export": N_("导出名单"),
            "export_rejects": N_("取改正文件"),
            "audit_export": N_("导出审计"),
            "view_save": N_("保存视图"),
            "view_share": N_("共享视图"),
            "view_delete": N_("删除视图"),
            "user_add": N_("新增用户"),
            "user_change": N_("修改用户"),
            "user_remove": N_("删除用户"),
            "user_import": N_("导入用户"),
            "user_sign_out": N_("强制退出用户"),
            "erase": N_("到期清除个人信息"),
            "set_city": N_("修改城市设置"),
            "backup": N_("备份"),
            "restore": N_("从备份恢复"),
            "anchor": N_("重建审计锚"),
        }

    @classmethod
    def of_import(cls, kind: ImportKind) -> "Action":
        """The action of an import."""
        return cls(f"import_{kind.value}")


class FaultKind(Labelled):
    """What can be wrong with the chain or its anchor."""

    ALTERED = "altered"
    REORDERED = "reordered"
    REWRITTEN = "rewritten"
    WRONG_PREVIOUS = "wrong_previous"
    DUPLICATE = "duplicate"
    INSERTED = "inserted"
    REMOVED = "removed"
    CUT_START = "cut_start"
    CUT_END = "cut_end"
    NO_ANCHOR = "no_anchor"
    ANCHOR_BACK = "anchor_back"
    RESTORE_UNTOLD = "restore_untold"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "altered": N_("内容被改过：与本行的哈希不符"),
            "reordered": N_("换了位置：哈希属于另一个序号"),
            "rewritten": N_("整行被换过：与锚里记下的哈希不符"),
            "wrong_previous": N_("与上一行接不上"),
            "duplicate": N_("序号重复"),
            "inserted": N_("插进来的行"),
            "removed": N_("中间的行被删"),
            "cut_start": N_("开头的行被删"),
            "cut_end": N_("末尾的行被删"),
            "no_anchor": N_("没有锚文件，不能证明末尾完整"),
            "anchor_back": N_("锚倒退而没有恢复备份的记录"),
            "restore_untold": N_("锚记有恢复备份，审计里没有"),
        }


@dataclass(frozen=True)
class Fault:
    """One fault: the first and the last row number that it concerns."""

    kind: FaultKind
    seq: int
    until: int

    @property
    def words(self) -> str:
        """The fault in the reader's language."""
        if self.seq == self.until:
            return _("第 {seq} 行：{what}").format(seq=self.seq, what=self.kind.label)
        return _("第 {seq} 至 {until} 行：{what}").format(
            seq=self.seq, until=self.until, what=self.kind.label
        )


@dataclass(frozen=True)
class AuditFilter:
    """Which rows of the audit: local days (both included), part of an actor's login, actions, part of a subject."""

    start: date | None = None
    end: date | None = None
    actor: str = ""
    actions: tuple[Action, ...] = ()
    subject: str = ""

    def to_dict(self) -> dict[str, Any]:
        """What is set, as JSON."""
        told = {
            "from": self.start.isoformat() if self.start else None,
            "to": self.end.isoformat() if self.end else None,
            "actor": self.actor,
            "actions": [action.value for action in self.actions],
            "subject": self.subject,
        }
        return {name: value for name, value in told.items() if value}


def rewind_words(origin: int, to: int) -> str:
    """What a restore did to the chain, which ended with row `origin` before: a shorter one does not go back."""
    if origin > to:
        return _("审计链从第 {origin} 行退回到第 {to} 行").format(
            origin=format_number(origin), to=format_number(to)
        )
    return _("审计链接着备份的第 {to} 行").format(to=format_number(to))
