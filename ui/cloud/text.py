"""Words and numbers of 一朵云: durations, counts, findings told in a line."""

from datetime import timedelta
from typing import Any

from domain.i18n import _, format_number, ngettext_
from ui import durations
from ui.encode import cut, markdown_text

_VALUES_SHOWN = 3
_LONGEST_VALUE = 40
_LONGEST_LINE = 120


def duration(hours: float | None) -> str:
    """Hours as people say them; a dash for none."""
    return "—" if hours is None else durations.words(timedelta(hours=hours))


def every(hours: int | None) -> str:
    """A promise: 每 24 小时; a dash for none."""
    return "—" if hours is None else _("每 {duration}").format(duration=duration(hours))


def shown_of(shown: int, total: int) -> str:
    """How many of how many."""
    return _("显示 {shown}，共 {total}").format(shown=format_number(shown), total=format_number(total))


def undone(batches: int) -> str:
    """How many imports were taken back: they are listed, and no longer count."""
    return ngettext_("{n} 批已撤销", "{n} 批已撤销", batches).format(n=format_number(batches))


def square_metres(area_m2: float) -> str:
    """An area with its unit; the smaller, the more decimals."""
    decimals = 0 if area_m2 >= 10 else 1 if area_m2 >= 1 else 2  # noqa: PLR2004
    return f"{format_number(area_m2, decimals)} m²"


def finding_detail(detail: dict[str, Any]) -> str:
    """What a finding says beside its rule, as Markdown that shows data as text."""
    parts = []
    if "field" in detail:
        parts.append(_("列 {field}").format(field=markdown_text(detail["field"])))
    if "lon" in detail:
        parts.append(f"{detail['lon']:.5f}, {detail['lat']:.5f}")
    if "share_pct" in detail:
        parts.append(_("占 {share}%").format(share=format_number(detail["share_pct"], 1)))
    if "area_m2" in detail:
        parts.append(_("共 {area}").format(area=square_metres(detail["area_m2"])))
    parts += [
        form.format(**{name: markdown_text(detail[name]) for name in names})
        for names, form in (
            (("mapping", "city"), _("映射 {mapping}，城市 {city}")),
            (("indicator", "bands"), _("{indicator}，分段 {bands}")),
            (("indicator", "known"), _("{indicator}，方案里有 {known}")),
        )
        if names[1] in detail
    ]
    values = detail.get("values", {})
    parts += [
        f"{markdown_text(value, _LONGEST_VALUE)} ×{format_number(rows)}"
        for value, rows in list(values.items())[:_VALUES_SHOWN]
    ]
    if len(values) > _VALUES_SHOWN:
        parts.append("…")
    if "mend" in detail:
        lines = _("、").join(markdown_text(line, _LONGEST_LINE) for line in detail["mend"].splitlines())
        parts.append(_("映射里改成 {lines}").format(lines=lines))
    rows = detail.get("sample_rows")
    if rows:
        shown = _("、").join(str(int(row)) for row in rows[:_VALUES_SHOWN])
        parts.append(_("例如第 {rows} 行").format(rows=shown))
    return " · ".join(parts)


def plain(text: str, longest: int = 200) -> str:
    """Several lines of text as Markdown that shows them as they are, one under the other."""
    return "  \n".join(markdown_text(line, longest) for line in cut(text, 4000).splitlines())
