import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import {
  BigValueColorMode,
  BigValueGraphMode,
  LegendDisplayMode,
  LegendPlacement,
  TooltipDisplayMode,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { source } from './queries.ts';

/** The same state has the same colour everywhere. Unknown is never green, and neither is the absence of failures. */
export const colours = { pass: 'green', waived: 'blue', unknown: 'orange', fail: 'red', stale: 'purple', plain: 'text' } as const;
type Colour = (typeof colours)[keyof typeof colours];

/** What every panel says: `span` of 24 columns, `height` in rows of 30 pixels. */
export interface PanelText {
  readonly title: string;
  /** What it means, and what to do. */
  readonly description: string;
  readonly span: number;
  readonly height: number;
}

/** Below the first limit the colour is `first`; from each limit on its own. */
export interface Limits {
  readonly first: Colour;
  readonly from?: readonly (readonly [number, Colour])[];
}

export function limits({ first, from = [] }: Limits): Builder<{ mode: ThresholdsMode; steps: Threshold[] }> {
  const steps = [{ value: null, color: first }, ...from.map(([value, color]) => ({ value, color }))];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

/** Number -> what it is called, and its colour. */
export function names(given: { readonly [value: string]: readonly [text: string, color: Colour] }): ValueMapping[] {
  const options = Object.fromEntries(Object.entries(given).map(([value, [text, color]], index) => [value, { text, color, index }]));
  return [{ type: MappingType.ValueToText, options }];
}

interface StatPanel extends PanelText, Limits {
  readonly expr: string;
  readonly unit: string;
  /** What is shown where there is no answer. */
  readonly noValue?: string;
  readonly mappings?: ValueMapping[];
}

/** One number of now: an instant query, since the last value of a range is still shown when nobody answers any more. */
export function statPanel(given: StatPanel): Builder<Panel> {
  return new stat.PanelBuilder()
    .title(given.title)
    .description(given.description)
    .datasource(source)
    .span(given.span)
    .height(given.height)
    .unit(given.unit)
    .noValue(given.noValue ?? 'not known')
    .mappings(given.mappings ?? [])
    .thresholds(limits(given))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['last']))
    .withTarget(instantQuery(given.expr));
}

interface TablePanel extends PanelText {
  readonly expr: string;
  /** Labels that become columns, in this order; the others are hidden. */
  readonly columns: readonly string[];
  /** Name and unit of the value; absent: it is always 1 and hidden. */
  readonly value?: { readonly name: string; readonly unit: string; readonly limits: Limits };
  readonly noValue?: string;
  readonly sortBy?: { readonly column: string; readonly descending: boolean };
  /** Column -> where its cells lead. */
  readonly links?: { readonly [column: string]: { readonly title: string; readonly url: string } };
}

export function tablePanel(given: TablePanel): Builder<Panel> {
  const { value, columns } = given;
  const shown = value === undefined ? columns : [...columns, 'Value'];
  const organize = {
    id: 'organize',
    options: {
      indexByName: Object.fromEntries(shown.map((column, index) => [column, index])),
      excludeByName: Object.fromEntries(hiddenColumns.filter((column) => !shown.includes(column)).map((column) => [column, true])),
      renameByName: value === undefined ? {} : { Value: value.name },
    },
  };
  const panel = new table.PanelBuilder()
    .title(given.title)
    .description(given.description)
    .datasource(source)
    .span(given.span)
    .height(given.height)
    .unit('none')
    .noValue(given.noValue ?? 'none')
    .transformations([organize])
    .withTarget(instantQuery(given.expr).format(PromQueryFormat.Table));
  if (value !== undefined) {
    panel.overrideByName(value.name, [
      { id: 'unit', value: value.unit },
      { id: 'thresholds', value: limits(value.limits).build() },
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
    ]);
  }
  for (const [column, { title, url }] of Object.entries(given.links ?? {})) {
    panel.overrideByName(column, [{ id: 'links', value: [{ title, url, targetBlank: true }] }]);
  }
  if (given.sortBy !== undefined) {
    const { column, descending } = given.sortBy;
    panel.sortBy([new common.TableSortByFieldStateBuilder().displayName(column).desc(descending)]);
  }
  return panel;
}

/** Everything that a series of ours can carry besides what a table shows. */
const hiddenColumns: readonly string[] = ['Time', 'Value', '__name__', 'job', 'instance', 'status', 'interpretation', 'literal', 'intent'];

interface SeriesPanel extends PanelText {
  /** Legend -> query. */
  readonly queries: { readonly [legend: string]: string };
  readonly unit: string;
  readonly limits?: Limits;
  readonly noValue?: string;
  /** What all its lines are about, in shades of its colour. */
  readonly tone?: Colour;
}

/** Of lines that are no state: none of the states' colours. */
const neutral = '#7f95a8';

export function seriesPanel(given: SeriesPanel): Builder<Panel> {
  const panel = new timeseries.PanelBuilder()
    .title(given.title)
    .description(given.description)
    .datasource(source)
    .span(given.span)
    .height(given.height)
    .unit(given.unit)
    .min(0)
    .noValue(given.noValue ?? 'not known')
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Shades).fixedColor(given.tone ?? neutral))
    .lineWidth(1)
    .fillOpacity(10)
    // A gap is a time in which nobody knew.
    .spanNulls(false)
    .tooltip(new common.VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .legend(new common.VizLegendOptionsBuilder().displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom).showLegend(true));
  if (given.limits !== undefined) {
    panel
      .thresholds(limits(given.limits))
      .thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed));
  }
  Object.entries(given.queries).forEach(([legend, expr], index) => {
    panel.withTarget(
      rangeQuery(expr)
        .legendFormat(legend)
        .refId(String.fromCharCode(65 + index)),
    );
  });
  return panel;
}

function instantQuery(expr: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(source).expr(expr).instant().refId('A');
}

export function rangeQuery(expr: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(source).expr(expr).range();
}

/** To the same dashboard, with only this claim or check. */
export function narrowTo(label: 'claim' | 'check'): { readonly [column: string]: { readonly title: string; readonly url: string } } {
  const url = `/d/claimwatch?var-${label}=\${__data.fields.${label}}&\${__url_time_range}&\${datasource:queryparam}`;
  return { [label]: { title: `Only this ${label}`, url } };
}
