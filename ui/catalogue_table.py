"""All indicators of all profiles as one table: what each is, without a figure."""

import pandas as pd
import streamlit as st

from domain.i18n import NO_VALUE, _
from domain.indicators import catalogue
from domain.indicators.facts import Reason
from domain.indicators.model import Composite, Definition, Profile

_ROW_HEIGHT = 28


def draw() -> None:
    """The catalogue, one line an indicator, one click away."""
    rows = [
        _line(profile, name, definition)
        for profile in catalogue.profiles().values()
        for name, definition in profile.indicators.items()
    ]
    table = st.expander(
        _("全部指标（{n} 个，{profiles} 个口径）").format(n=len(rows), profiles=len(catalogue.profiles())),
        on_change="rerun",
        key="catalogue",
    )
    if table.open:
        table.dataframe(pd.DataFrame(rows), hide_index=True, height="content", row_height=_ROW_HEIGHT)


def _line(profile: Profile, name: str, definition: Definition) -> dict[str, str]:
    line = {
        _("口径"): str(profile.name),
        _("指标"): str(definition.name),
        _("代号"): name,
        _("分子"): NO_VALUE,
        _("分母"): NO_VALUE,
        _("不计"): NO_VALUE,
        _("统计周期"): profile.window.words,
        _("单位"): definition.unit.label,
        _("出处"): str(definition.source),
    }
    if isinstance(definition, Composite):
        return line
    window = profile.window
    if definition.window_on:
        window = window.model_copy(update={"on": definition.window_on})
    return line | {
        _("分子"): definition.numerator_words,
        _("分母"): str(definition.denominator_name or NO_VALUE),
        _("不计"): _("、").join(Reason(item.reason).label for item in definition.exclude) or NO_VALUE,
        _("统计周期"): window.words,
    }
