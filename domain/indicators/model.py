"""What a profile says: its window, its parameters, and the definition of every indicator.

All problems of a profile are reported at once by pydantic, with the path of the key.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from domain.i18n import _, current_language
from domain.indicators.conditions import Condition
from domain.indicators.facts import Direction, Needed, Reason, Unit
from domain.indicators.windows import TimeColumn, Window
from domain.profile_faults import joined


def _condition(value: object) -> object:
    return Condition.parse(value) if isinstance(value, str) else value


When = Annotated[Condition, BeforeValidator(_condition)]
"""A condition, read from its text."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Strict):
    """A text of a profile in the languages of the product; a profile is data, so it carries its own."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __str__(self) -> str:
        """In the reader's language."""
        return self.en if current_language() == "en" else self.zh


Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
"""How an indicator or a part is called in a URL."""


class Weighted(_Strict):
    """Cases that count towards the numerator, each `weight` times (0.9 for 基本满意, say).

    A case that several conditions of a numerator fit counts by the first of them.
    """

    when: When
    weight: float = Field(1.0, gt=0, le=1)


class Exclusion(_Strict):
    """Cases that stand on neither side, and why. The first exclusion that fits a case counts."""

    reason: Reason
    when: When


class Part(_Strict):
    """Those cases of the numerator that `when` fits too, shown beside it."""

    name: Text
    when: When


def _weighted(value: object) -> object:
    return [{"when": value}] if isinstance(value, str) else value


Numerator = Annotated[tuple[Weighted, ...], BeforeValidator(_weighted)]
"""A condition, or a list of `{when, weight}`."""


class _Described(_Strict):
    name: Text
    note: Text | None = None
    source: Text
    direction: Direction = Direction.NEITHER


class Indicator(_Described):
    """A count, a rate, or a count per something.

    `count`: cases that fulfil the numerator. `rate`: numerator over all cases that are not excluded.
    `per`: a count divided by a property of the area (`unit` says which). `needs` names columns of a case:
    where no case in reach has a value there, the indicator is unavailable instead of 0. `window_on`
    overrides by which time a case belongs to the profile's window. `target` is what the city asks for, for a
    rate a fraction.
    """

    kind: Literal["count", "rate", "per"]
    unit: Unit = Unit.SHARE
    numerator: Numerator = Field(min_length=1)
    numerator_name: Text
    denominator_name: Text | None = None
    exclude: tuple[Exclusion, ...] = ()
    parts: dict[Name, Part] = {}
    needs: tuple[Needed, ...] = ()
    window_on: TimeColumn | None = None
    target: float | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "rate" and (self.unit is not Unit.SHARE or self.denominator_name is None):
            raise ValueError(_("比率（rate）的 unit 是 share，并要写 denominator_name。"))
        if self.kind == "count" and self.unit is not Unit.CASES:
            raise ValueError(_("计数（count）的 unit 是 cases。"))
        if self.kind == "per" and self.unit not in {Unit.PER_100_HOUSEHOLDS, Unit.PER_KM2}:
            raise ValueError(_("per 的 unit 是 per_100_households 或 per_km2。"))
        if self.kind != "rate" and (self.exclude or self.is_weighted):
            raise ValueError(_("只有比率（rate）能用 exclude 和权重。"))
        if self.kind == "rate" and self.target is not None and not 0 <= self.target <= 1:
            raise ValueError(
                _("比率的 target 写的是 {seen}，应当写小数：95% 写 0.95。").format(seen=f"{self.target:g}")
            )
        reasons = [item.reason for item in self.exclude]
        if len(set(reasons)) != len(reasons):
            raise ValueError(_("exclude 里同一个 reason 写了两次：请用 or 连接它们的条件。"))
        return self

    @property
    def is_weighted(self) -> bool:
        """Whether some cases count less than once."""
        return any(item.weight != 1 for item in self.numerator)

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that its cases can be listed by."""
        rest = ("rest",) if self.kind == "rate" else ()
        reasons = (f"excluded:{item.reason.value}" for item in self.exclude)
        return ("numerator", *rest, *reasons, *(f"part:{name}" for name in self.parts))

    def side_label(self, side: str) -> str:
        """A side in the reader's language. Raises KeyError for a side that it has not."""
        if side == "numerator":
            return str(self.numerator_name)
        if side == "rest":
            return _("分母中的其余案件")
        kind, _colon, name = side.partition(":")
        if kind == "part":
            return str(self.parts[name].name)
        return _("不计：{reason}").format(reason=Reason(name).label)

    @property
    def numerator_words(self) -> str:
        """The numerator's condition in words; a weight stands before what it weighs."""
        told = [
            item.when.words
            if item.weight == 1
            else _("{weight} ×（{condition}）").format(weight=f"{item.weight:g}", condition=item.when.words)
            for item in self.numerator
        ]
        return " + ".join(told)


class Composite(_Described):
    """A score: weighted values of rates of the same profile. `complement` takes 1 − value."""

    kind: Literal["composite"]
    unit: Unit = Unit.POINTS
    terms: tuple["CompositeTerm", ...] = Field(min_length=1)
    target: float | None = None


class CompositeTerm(_Strict):
    """One term of a composite; the weights give the score's maximum."""

    indicator: str
    weight: float = Field(gt=0)
    complement: bool = False


Definition = Annotated[Indicator | Composite, Field(discriminator="kind")]


class Profile(_Strict):
    """A named set of indicators with the window and the parameters they are computed with.

    `minimum_n`: a rate over fewer cases is shown grey and not ranked. `dispatch_limit_minutes`: how soon a
    registered case must be dispatched to count as dispatched in time.
    """

    name: Text
    note: Text | None = None
    window: Window = Window()
    minimum_n: int = Field(30, ge=1)
    dispatch_limit_minutes: int = Field(30, ge=1)
    indicators: dict[Name, Definition] = Field(min_length=1)

    @model_validator(mode="after")
    def _composites_know_their_terms(self) -> Self:
        rates = {name for name, item in self.indicators.items() if item.kind == "rate"}
        for name, item in self.indicators.items():
            if isinstance(item, Composite):
                unknown = sorted({term.indicator for term in item.terms} - rates)
                if unknown:
                    raise ValueError(
                        _("indicators.{name} 用到了 {seen}，它们不是本口径的比率；可用：{known}。").format(
                            name=name, seen=joined(unknown), known=joined(sorted(rates))
                        )
                    )
        return self
