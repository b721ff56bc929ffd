"""How a part stands against the whole, in words: 高于全市 2.1 个百分点, 与全市分不出."""

from domain.i18n import N_, _, format_number, format_share
from domain.indicators.facts import Direction, Unit
from domain.vocabulary import Level
from queries.comparison import Compared, Standing
from queries.figures import Evaluation
from ui import figure_text
from ui.cache.areas_and_cases import Contents

_WHOLE = {Level.CITY: N_("全市"), Level.DISTRICT: N_("全区县"), Level.STREET: N_("全街道")}
_BETTER = {Direction.HIGHER: Standing.HIGHER, Direction.LOWER: Standing.LOWER}


def whole_name(contents: Contents) -> str:
    """What the whole installation is called: by the level of its one root, else the city."""
    level = contents.roots[0].level if len(contents.roots) == 1 else Level.CITY
    return _(_WHOLE.get(level, _WHOLE[Level.CITY]))


def standing(told: Standing, whole: str) -> str:
    """Higher, lower, or not to be told apart; empty where nothing is known."""
    words = {
        Standing.HIGHER: _("高于{whole}"),
        Standing.LOWER: _("低于{whole}"),
        Standing.ALIKE: _("与{whole}分不出"),
        Standing.UNKNOWN: "",
    }
    return words[told].format(whole=whole)


def of_whole(figure: Evaluation, told: Compared, whole: str) -> str:
    """The whole's own value with its counts; for a count, which share of the whole it is."""
    if figure.definition.kind == "count":
        share = format_share(int(figure.value or 0), int(told.whole.value or 0))
        return _("占{whole} {share}").format(whole=whole, share=share)
    parts = (figure_text.value(told.whole), figure_text.beside(told.whole))
    return _("{whole} {value}").format(whole=whole, value=" · ".join(part for part in parts if part))


def verdict(figure: Evaluation, told: Compared, whole: str) -> str:
    """Whether a figure stands apart from the whole's, and by how much."""
    words = standing(told.standing, whole)
    if not words or told.difference is None:
        return ""
    size = difference(abs(told.difference), figure.definition.unit)
    if told.standing is Standing.ALIKE:
        return _("{words}（相差 {size}）").format(words=words, size=size)
    return f"{words} {size}"


def difference(size: float, unit: Unit) -> str:
    """How far two values lie apart."""
    if unit is Unit.SHARE:
        return _("{n} 个百分点").format(n=format_number(100 * size, 1))
    return f"{figure_text.number(size, unit)} {unit.label}"


def is_better(figure: Evaluation, told: Compared) -> bool | None:
    """Whether a figure stands apart on its good side; None where it does not, or neither side is."""
    if told.standing not in {Standing.HIGHER, Standing.LOWER}:
        return None
    good = _BETTER.get(figure.definition.direction)
    return None if good is None else told.standing is good
