import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { fileOfProject } from './prometheus-rules.ts';

/** The dashboard as Grafana reads it, as much of it as tests look at. */
export const dashboardFile = 'config/grafana/dashboards/claimwatch.json';

const datasource = z.object({ type: z.string(), uid: z.string() });
const target = z.object({
  expr: z.string(),
  refId: z.string(),
  datasource,
  instant: z.boolean().optional(),
  range: z.boolean().optional(),
  format: z.string().optional(),
  legendFormat: z.string().optional(),
});
const property = z.object({ id: z.string(), value: z.unknown() });
const color = z.string();
const panel = z.object({
  id: z.number(),
  type: z.string(),
  title: z.string(),
  description: z.string().optional(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  datasource: datasource.optional(),
  targets: z.array(target).optional(),
  fieldConfig: z
    .object({
      defaults: z.object({
        unit: z.string().optional(),
        noValue: z.string().optional(),
        mappings: z.array(z.object({ options: z.record(z.string(), z.object({ text: z.string(), color })) })).optional(),
        thresholds: z.object({ steps: z.array(z.object({ value: z.number().nullable(), color })) }).optional(),
        color: z.object({ mode: z.string(), fixedColor: color.optional() }).optional(),
        custom: z.object({ spanNulls: z.union([z.boolean(), z.number()]).optional() }).optional(),
      }),
      overrides: z.array(z.object({ matcher: z.object({ id: z.string(), options: z.unknown() }), properties: z.array(property) })),
    })
    .optional(),
  options: z.object({ reduceOptions: z.object({ calcs: z.array(z.string()) }).optional() }).optional(),
});
const variable = z.object({
  name: z.string(),
  type: z.string(),
  label: z.string().optional(),
  query: z.string(),
  datasource: datasource.optional(),
  multi: z.boolean().optional(),
  includeAll: z.boolean().optional(),
  allValue: z.string().optional(),
  refresh: z.number().optional(),
});
const dashboard = z.object({
  uid: z.string(),
  title: z.string(),
  editable: z.boolean(),
  refresh: z.string(),
  time: z.object({ from: z.string(), to: z.string() }),
  templating: z.object({ list: z.array(variable) }),
  annotations: z.object({ list: z.array(z.object({ name: z.string(), expr: z.string(), datasource })) }),
  panels: z.array(panel),
});

export type GrafanaDashboard = z.infer<typeof dashboard>;
export type GrafanaPanel = z.infer<typeof panel>;

export function parseDashboard(value: unknown): GrafanaDashboard {
  return dashboard.parse(value);
}

export function readDashboard(): GrafanaDashboard {
  return parseDashboard(JSON.parse(readFileSync(fileOfProject(dashboardFile), 'utf8')));
}

/** Panels that show something, rows left out. */
export function shownPanels({ panels }: Pick<GrafanaDashboard, 'panels'>): readonly GrafanaPanel[] {
  return panels.filter(({ type }) => type !== 'row');
}

/** Every query, with where it stands: those of panels and those of annotations. */
export function queriesOf(given: GrafanaDashboard): readonly { readonly where: string; readonly query: string }[] {
  return [
    ...shownPanels(given).flatMap(({ title, targets = [] }) =>
      targets.map(({ expr, refId }) => ({ where: `${title} (${refId})`, query: expr })),
    ),
    ...given.annotations.list.map(({ name, expr }) => ({ where: `annotation ${name}`, query: expr })),
  ];
}
