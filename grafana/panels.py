"""The few kinds of panel that the boards are made of, with everything a panel owes its reader.

Every panel has an id that never changes (links and alerts name it), a title, a description and a
unit. Amounts and percentages are formatted as currencies: that is Grafana's only way to follow the
reader's locale, so a Dutch browser shows `€ 1.254.998` and `103,2%`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Literal, TypeVar

from grafana_foundation_sdk.builders import (
    barchart,
    common,
    dashboard,
    prometheus,
    stat,
    table,
    timeseries,
)
from grafana_foundation_sdk.models import common as looks
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models import prometheus as prom

from grafana.words import UNKNOWN, USE, VERDICT, Word

Kind = Literal["euros", "cents", "percent", "number", "date", "moment", "use", "verdict"]
P = TypeVar("P", stat.Panel, table.Panel, barchart.Panel, timeseries.Panel)

SOURCE = looks.DataSourceRef(type_val="prometheus", uid="${datasource}")
UNITS: Mapping[Kind, tuple[str, int]] = {
    "euros": ("currency:financial:€ ", 0),
    "cents": ("currency:financial:€ ", 2),
    "percent": ("currency:financial:%:suffix", 1),
    "number": ("locale", 1),
    "date": ("time:DD-MM-YYYY", 0),
    "moment": ("time:DD-MM-YYYY HH:mm", 0),
    "use": ("none", 0),
    "verdict": ("none", 0),
}
LADDERS: Mapping[Kind, Sequence[Word]] = {"use": USE, "verdict": VERDICT}


@dataclass(frozen=True, slots=True)
class Value:
    """A query with the name a reader sees for its result. Dates and moments are in milliseconds."""

    name: str
    expr: str
    kind: Kind = "euros"


@dataclass(frozen=True, slots=True)
class Text:
    """What every panel owes: id, title, description, and its size: `w` of 24 columns, `h` rows."""

    id: int
    title: str
    description: str
    w: int
    h: int


def numbers(text: Text, *values: Value) -> stat.Panel:
    """One or a few large figures of one kind."""
    kind, mode, color = values[0].kind, looks.BigValueTextMode, looks.BigValueColorMode
    panel = _described(stat.Panel(), text, kind).no_value("geen gegevens").mappings(_ladder(kind))
    panel.color_mode(color.BACKGROUND_SOLID if kind in LADDERS else color.VALUE)
    panel.text_mode(mode.VALUE_AND_NAME if len(values) > 1 else mode.VALUE)
    panel.graph_mode(looks.BigValueGraphMode.NONE)
    panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    for ref, value in _lettered(values):
        panel.with_target(_query(ref, value).legend_format(value.name).instant())
    return panel


def rows(
    text: Text,
    keys: Mapping[str, str],
    values: Sequence[Value],
    words: Mapping[str, Mapping[str, str]] | None = None,
) -> table.Panel:
    """A table: a row for each combination of the labels `keys`, with their headings; a column for
    each value. `words` replaces the values of a label by what they mean.
    """  # noqa: D205 - the columns belong to the sentence
    panel = _as_table(_described(table.Panel(), text, "verdict"), keys, values)
    for value in values:
        panel.override_by_name(value.name, list(_column(value.kind)))
    for label, meaning in (words or {}).items():
        mapping = model.ValueMap(
            {code: model.ValueMappingResult(word) for code, word in meaning.items()}
        )
        panel.override_by_name(keys[label], [model.DynamicConfigValue("mappings", [mapping])])
    return panel


def bars(text: Text, key: tuple[str, str], values: Sequence[Value]) -> barchart.Panel:
    """A group of bars for each value of a label (the first of `key`; the second heads it)."""
    panel = _as_table(_described(barchart.Panel(), text, values[0].kind), dict([key]), values)
    panel.min(0).x_field(key[1]).show_value(looks.VisibilityMode.AUTO)
    return panel.legend(_legend(values)).tooltip(_tooltip())


def course(text: Text, *values: Value) -> timeseries.Panel:
    """How figures changed over the time of the board: as they were known at each moment."""
    panel = _described(timeseries.Panel(), text, values[0].kind).min(0)
    for ref, value in _lettered(values):
        panel.with_target(_query(ref, value).legend_format(value.name).range())
    return panel.legend(_legend(values)).tooltip(_tooltip())


def _described(panel: P, text: Text, kind: Kind) -> P:
    unit, decimals = UNITS[kind]
    plain = dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE)
    return (
        panel.id(text.id)
        .title(text.title)
        .description(text.description)
        .datasource(SOURCE)
        .span(text.w)
        .height(text.h)
        .unit(unit)
        .decimals(decimals)
        .thresholds(plain.steps([model.Threshold(None, "text")]))
    )


def _as_table(panel: P, keys: Mapping[str, str], values: Sequence[Value]) -> P:
    """Queries with the same labels side by side, sorted by the first label, with headings."""
    names = dict(keys)
    for ref, value in _lettered(values):
        panel.with_target(_query(ref, value).format(prom.PromQueryFormat.TABLE).instant())
        names["Value" if len(values) == 1 else f"Value #{ref}"] = value.name
    order = {column: place for place, column in enumerate(names)}
    shape = {"excludeByName": {"Time": True}, "indexByName": order, "renameByName": names}
    panel.with_transformation(model.DataTransformerConfig("merge", options={}))
    panel.with_transformation(
        model.DataTransformerConfig("sortBy", options={"sort": [{"field": next(iter(keys))}]})
    )
    return panel.with_transformation(model.DataTransformerConfig("organize", options=shape))


def _lettered(values: Sequence[Value]) -> Iterator[tuple[str, Value]]:
    return zip(ascii_uppercase, values, strict=False)


def _query(ref: str, value: Value) -> prometheus.Dataquery:
    return prometheus.Dataquery().ref_id(ref).expr(value.expr).datasource(SOURCE)


def _column(kind: Kind) -> Iterator[model.DynamicConfigValue]:
    unit, decimals = UNITS[kind]
    yield model.DynamicConfigValue("unit", unit)
    yield model.DynamicConfigValue("decimals", decimals)
    if kind in LADDERS:
        yield model.DynamicConfigValue("mappings", _ladder(kind))
        yield model.DynamicConfigValue("custom.cellOptions", {"type": "color-background"})


def _ladder(kind: Kind) -> list[model.ValueMapping]:
    """Words for a figure: the first rung that it stands on; without a figure there is no budget."""
    mappings: list[model.ValueMapping] = []
    for level, word, color in LADDERS.get(kind, ()):
        result = model.ValueMappingResult(word, color)
        mappings.append(model.RangeMap(model.DashboardRangeMapOptions(level, None, result)))
    if mappings:
        none = model.ValueMappingResult(UNKNOWN)
        match = model.SpecialValueMatch.NULL_AND_NAN
        mappings.append(model.SpecialValueMap(model.DashboardSpecialValueMapOptions(match, none)))
    return mappings


def _legend(values: Sequence[Value]) -> common.VizLegendOptions:
    legend = common.VizLegendOptions().show_legend(show_legend=len(values) > 1)
    legend.display_mode(looks.LegendDisplayMode.LIST)
    return legend.placement(looks.LegendPlacement.BOTTOM)


def _tooltip() -> common.VizTooltipOptions:
    return common.VizTooltipOptions().mode(looks.TooltipDisplayMode.MULTI)
