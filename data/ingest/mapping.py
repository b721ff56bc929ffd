"""The operator's mapping file (MAP.toml): which column of a file means what.

One section a kind of import, [case], [point], [compound], [duty] or [assessment], and [file] for how to read the file.
Everything that is wrong is reported at once, in plain words, with the path of the key in the file.
"""

import copy
import tomllib
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from pydantic import ValidationError, model_validator

from data.ingest.chunks import REJECT_MARKS
from data.ingest.mapping_columns import Strict
from data.ingest.mapping_errors import messages, nearest
from data.ingest.mapping_sections import (
    AssessmentSection,
    CaseSection,
    CompoundSection,
    DutySection,
    FileSection,
    PointSection,
    Section,
)
from domain.errors import InputRefused, NotFound
from domain.i18n import _
from domain.profile_faults import syntax

_S = TypeVar("_S", bound=Section)

_ROUNDS: Final = 3
_SECTIONS: Final = ("case", "point", "compound", "duty", "assessment")


class Mapping(Strict):
    """A whole mapping file: [file] and one of [case], [point], [compound], [duty], [assessment]."""

    file: FileSection = FileSection()
    case: CaseSection | None = None
    point: PointSection | None = None
    compound: CompoundSection | None = None
    duty: DutySection | None = None
    assessment: AssessmentSection | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        sections = {name: getattr(self, name) for name in _SECTIONS}
        given = {name: section for name, section in sections.items() if section is not None}
        if len(given) != 1:
            known = "、".join(f"[{name}]" for name in _SECTIONS)
            raise ValueError(_("映射里要有 {known} 中的恰好一节。").format(known=known))
        found = [f"[{name}] {problem}" for name, section in given.items() for problem in section.problems()]
        if found:
            raise ValueError("\n".join(found))
        return self

    @property
    def section(self) -> CaseSection | PointSection | CompoundSection | DutySection | AssessmentSection:
        """The one section the mapping has."""
        found = self.case or self.point or self.compound or self.duty or self.assessment
        assert found is not None  # noqa: S101  (the validator saw to it)
        return found

    def required(self, kind: type[_S]) -> _S:
        """The section, which must be of a kind. Raises InputRefused where it is another."""
        section = self.section
        if not isinstance(section, kind):
            raise InputRefused(
                _("映射里没有 [{name}] 一节。").format(name=kind.key),
                remedy=_("每种导入用自己的一节，见 docs/examples。"),
            )
        return section


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping file.

    Raises:
        NotFound: There is no such file.
        InputRefused: Not TOML, or one or more keys are wrong: all of them are listed.
    """
    if not path.is_file():
        raise NotFound(
            _("没有这个映射文件：{path}").format(path=path), remedy=_("用 map 命令可生成一份初稿。")
        )
    try:
        return parse_mapping(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise InputRefused(
            _("映射文件不是 UTF-8 编码：{path}").format(path=path), remedy=_("请另存为 UTF-8。")
        ) from None


def parse_mapping(text: str) -> Mapping:
    """The same from text; see `load_mapping`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputRefused(
            _("映射文件不是正确的 TOML：{reason}").format(reason=syntax(error, text)),
            remedy=_("改正所说的那一行：文字要加引号，括号成对，同一个键或表只写一次。"),
        ) from None
    found: list[str] = []
    for _round in range(_ROUNDS):
        try:
            mapping = Mapping.model_validate(document)
        except ValidationError as error:
            found += [line for line in messages(error, Mapping) if line not in found]
            strange = [fault["loc"] for fault in error.errors() if fault["type"] == "extra_forbidden"]
            if not strange:
                break
            # what else is wrong shows only without the keys that are none
            document = _without(document, strange)
        else:
            if not found:
                return mapping
            break
    raise InputRefused(
        _("映射文件有 {n} 处不对：").format(n=len(found)) + "\n" + "\n".join(f"- {line}" for line in found),
        remedy=_("键名和写法见 docs/examples 里的例子。"),
    )


def _without(document: dict[str, Any], places: list[tuple[int | str, ...]]) -> dict[str, Any]:
    """The document without the keys at some places; a place that is no table is passed over."""
    kept = copy.deepcopy(document)
    for *path, key in places:
        table: Any = kept
        for step in path:
            table = table.get(step) if isinstance(table, dict) else None
        if isinstance(table, dict):
            table.pop(key, None)
    return kept


def check_columns(mapping: Mapping, header: list[str]) -> None:
    """Hold the mapping's columns against the file's.

    Raises:
        InputRefused: Columns are missing in the file; each is named with the most similar one there is.
    """
    section = mapping.section
    wanted = {
        column: f"columns.{name}" for name, joined in section.targets.items() for column in joined.columns
    }
    if isinstance(section, CaseSection):
        wanted |= {column: "personal" for column in section.personal if column not in wanted}
    missing = [
        f"- {key} = “{column}”{nearest(column, header)}"
        for column, key in wanted.items()
        if column not in header
    ]
    if missing:
        shown = [name for name in header if name not in REJECT_MARKS]
        raise InputRefused(
            _("文件里没有映射所写的 {n} 列：").format(n=len(missing))
            + "\n"
            + "\n".join(missing)
            + "\n"
            + _("文件的列有：{columns}").format(columns="、".join(shown)),
            remedy=_("改正映射里的列名；表头不在第一行时请设 file.skip_rows 或 file.header_rows。"),
        )
