// The panel types in use, with this project's conventions: a description, a unit, "not demonstrated" where
// there is nothing, values read at the end of the time range.
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as text from '@grafana/grafana-foundation-sdk/text';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { notShown, steps } from './look';
import type { TextKey, Words } from './words';

export const datasource: common.DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Common {
  readonly title: TextKey;
  readonly description: TextKey;
  readonly at: Place;
  readonly unit?: string;
  readonly decimals?: number;
}

export function instant(refId: string, expr: string, format = prometheus.PromQueryFormat.Table): prometheus.DataqueryBuilder {
  return new prometheus.DataqueryBuilder().refId(refId).expr(expr).instant().format(format).datasource(datasource);
}

function overTime(refId: string, expr: string, legend: string): prometheus.DataqueryBuilder {
  return new prometheus.DataqueryBuilder().refId(refId).expr(expr).range().legendFormat(legend).datasource(datasource)
    .format(prometheus.PromQueryFormat.TimeSeries);
}

interface Builder {
  title(title: string): this;
  description(description: string): this;
  gridPos(at: Place): this;
  datasource(source: common.DataSourceRef): this;
  unit(unit: string): this;
  decimals(decimals: number): this;
  noValue(text: string): this;
}

export function dress<T extends Builder>(builder: T, words: Words, panel: Common): T {
  builder.title(words.text(panel.title)).description(words.text(panel.description)).gridPos(panel.at)
    .datasource(datasource).unit(panel.unit ?? 'short').noValue(words.text('not_demonstrated'));
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
  return builder;
}

export const threshold = (list: dashboard.Threshold[]) =>
  new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps(list);

export interface Link {
  readonly title: TextKey;
  readonly url: string;
}

export const dataLink = (words: Words, link: Link) => ({ title: words.text(link.title), url: link.url, targetBlank: false });

export interface Stat extends Common {
  readonly expr: string;
  readonly legend?: string;  // shown beside the value
  readonly mappings?: dashboard.ValueMapping[];
  readonly thresholds: dashboard.Threshold[];
  readonly link?: Link;
}

export function statPanel(words: Words, panel: Stat): stat.PanelBuilder {
  const query = instant('A', panel.expr, prometheus.PromQueryFormat.TimeSeries);
  const named = panel.legend !== undefined;
  if (panel.legend !== undefined) query.legendFormat(panel.legend);
  const builder = dress(new stat.PanelBuilder(), words, panel)
    .withTarget(query)
    .mappings(panel.mappings ?? notShown(words))
    .thresholds(threshold(panel.thresholds))
    .colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Thresholds))
    .colorMode(common.BigValueColorMode.Background)
    .graphMode(common.BigValueGraphMode.None)
    .justifyMode(common.BigValueJustifyMode.Center)
    .textMode(named ? common.BigValueTextMode.ValueAndName : common.BigValueTextMode.Value)
    .wideLayout(false)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false));
  if (panel.link) {
    const { url } = panel.link;
    builder.dataLinks([new dashboard.DashboardLinkBuilder(words.text(panel.link.title)).url(url)]);
  }
  return builder;
}

export interface Curves extends Common {
  readonly queries: ReadonlyArray<{ readonly expr: string; readonly legend: string }>;
  readonly thresholds?: dashboard.Threshold[];  // drawn as dashed lines
  readonly min?: number;
  readonly max?: number;
  readonly stacked?: boolean;  // counts: steps on top of each other
  readonly overrides?: ReadonlyArray<{ readonly name: string; readonly properties: dashboard.DynamicConfigValue[] }>;
}

export function curvesPanel(words: Words, panel: Curves): timeseries.PanelBuilder {
  const builder = dress(new timeseries.PanelBuilder(), words, panel)
    .targets(panel.queries.map(({ expr, legend }, index) => overTime(String.fromCharCode(65 + index), expr, legend)))
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(common.VisibilityMode.Auto)
    // Two missing scrapes are a hole, and a hole is not bridged.
    .spanNulls(false)
    .thresholds(threshold(panel.thresholds ?? steps()))
    .colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.PaletteClassic))
    .legend(new common.VizLegendOptionsBuilder().displayMode(common.LegendDisplayMode.List)
      .placement(common.LegendPlacement.Bottom).showLegend(true).calcs([]))
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending));
  if (panel.stacked) {
    builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group('A'))
      .lineInterpolation(common.LineInterpolation.StepAfter).lineWidth(1).fillOpacity(60);
  }
  if (panel.thresholds) {
    builder.thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed));
  }
  if (panel.min !== undefined) builder.min(panel.min);
  if (panel.max !== undefined) builder.max(panel.max);
  for (const { name, properties } of panel.overrides ?? []) builder.overrideByName(name, properties);
  return builder;
}

export interface Bars extends Common {
  readonly expr: string;
  readonly legend: string;
  readonly thresholds: dashboard.Threshold[];
  readonly max?: number;
  readonly mappings?: dashboard.ValueMapping[];
}

export function barsPanel(words: Words, panel: Bars): bargauge.PanelBuilder {
  const query = instant('A', panel.expr, prometheus.PromQueryFormat.TimeSeries).legendFormat(panel.legend);
  const builder = dress(new bargauge.PanelBuilder(), words, panel)
    .withTarget(query)
    .mappings(panel.mappings ?? notShown(words))
    .thresholds(threshold(panel.thresholds))
    .colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Thresholds))
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .valueMode(common.BarGaugeValueMode.Text)
    .showUnfilled(true)
    .min(0)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false));
  if (panel.max !== undefined) builder.max(panel.max);
  return builder;
}

export function notePanel(words: Words, panel: { title: TextKey; description: TextKey; content: TextKey; at: Place }): text.PanelBuilder {
  return new text.PanelBuilder().title(words.text(panel.title)).description(words.text(panel.description)).gridPos(panel.at)
    .mode(text.TextMode.Markdown).content(words.text(panel.content));
}
