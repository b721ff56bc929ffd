"""What the map tells about its heat layer: the legend, what was left out, and the bandwidths to choose from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from domain.i18n import _, format_number
from ui import urlstate
from ui.heat import BANDWIDTHS_M, HeatLayer, colors_for
from ui.scale import class_labels

_PARAMETER = "bw"
_SUITED = ""


@dataclass(frozen=True)
class HeatLegend:
    """The legend of one set of pictures: `colors` and `labels` have one entry a visible class."""

    unit: str
    colors: Sequence[str]
    labels: Sequence[str]


@dataclass(frozen=True)
class HeatKey:
    """What the map's script needs beside the pictures.

    `heading` stands above the legend of the whole period, `whole`, or that of its frames, and `notes` below.
    `bandwidths` are pairs of the value in the URL and a label, `bandwidth` the value that is chosen.
    """

    heading: str
    whole: HeatLegend
    frames: HeatLegend
    notes: Sequence[str]
    bandwidths: Sequence[tuple[str, str]]
    bandwidth: str
    text: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The form that the map's script reads."""
        return asdict(self)


def bandwidth_m() -> int | None:
    """The bandwidth in the URL, in metres; None where the one that suits the area is wanted."""
    told = urlstate.option(_PARAMETER, [str(m) for m in BANDWIDTHS_M])
    return int(told) if told else None


def choose_bandwidth(text: str) -> None:
    """Write a choice of the map's bar into the URL. For callbacks."""
    urlstate.put(_PARAMETER, text)


def heat_key(layer: HeatLayer, chosen_m: int | None) -> HeatKey:
    """What is told about a layer; `chosen_m` is the bandwidth in the URL."""
    per_km2 = _("件／平方公里")
    per_frame = _("件／平方公里·{per}").format(per=layer.unit.label)
    suited = _("自动") if chosen_m else _("自动 · {m} 米").format(m=format_number(layer.bandwidth_m))
    return HeatKey(
        heading=_("案件热力"),
        whole=_legend(per_km2, layer.whole_breaks),
        frames=_legend(per_frame, layer.frame_breaks),
        notes=_notes(layer),
        bandwidths=[(_SUITED, suited), *((str(m), _metres(m)) for m in BANDWIDTHS_M)],
        bandwidth=str(chosen_m) if chosen_m else _SUITED,
        text={
            "bar": _("热力图：时间与带宽"),
            "slider": _("时间"),
            "play": _("播放"),
            "pause": _("暂停"),
            "whole": _("整个时段"),
            "cases": _("{n} 件"),
            "bandwidth": _("带宽"),
        },
    )


def _legend(unit: str, breaks: Sequence[float]) -> HeatLegend:
    labels = class_labels(breaks, whole=False)[1:] if breaks else ()
    return HeatLegend(unit, colors_for(breaks), labels)


def _notes(layer: HeatLayer) -> list[str]:
    """Bandwidth and cases used; what was left out and why; how coarse the picture is."""
    left_out = layer.outside + layer.at_placeholder + layer.without_point
    reasons = (
        (_("占位点 {n}"), layer.at_placeholder),
        (_("无可用坐标 {n}"), layer.without_point),
        (_("区划外 {n}"), layer.outside),
    )
    notes = [
        _("带宽 {bandwidth}").format(bandwidth=_metres(layer.bandwidth_m)),
        _("计入 {n} 件").format(n=format_number(layer.used)),
        _("未计入 {n} 件").format(n=format_number(left_out)),
    ]
    notes += [f"– {text.format(n=format_number(count))}" for text, count in reasons if count]
    if layer.cell_m:
        notes.append(_("网格 {m} 米，细于此的差别看不出").format(m=format_number(layer.cell_m)))
    return notes


def _metres(metres: int) -> str:
    return _("{m} 米").format(m=format_number(metres))
