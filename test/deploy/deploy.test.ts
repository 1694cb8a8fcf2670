import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { dashboardFile, parseDashboard } from '../support/grafana-dashboard.ts';
import { fileOfProject, readYaml, ruleFiles } from '../support/prometheus-rules.ts';

/** As much of the compose specification as our file uses: anything else is refused, so that a misspelt key is seen. No Docker runs here. */
const text = z.string().min(1);
const service = z.strictObject({
  build: z.strictObject({ context: text, args: z.record(z.string(), text) }).optional(),
  image: text,
  command: z.array(text).optional(),
  user: text.optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  restart: z.literal('unless-stopped'),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  mem_limit: z
    .string()
    .regex(/^\d+m$/)
    .optional(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)).optional(),
  environment: z.record(z.string(), text).optional(),
  volumes: z.array(text),
});
const compose = z.strictObject({
  name: text,
  services: z.strictObject({ claimwatch: service, prometheus: service, alertmanager: service, grafana: service }),
  volumes: z.record(z.string(), z.null()),
});

const file = compose.parse(readYaml('deploy/compose.yaml'));
const services = Object.entries(file.services);
/** Left of the first colon outside `${...}`, the place in the container, and the flag. */
const mounts = services.flatMap(([name, { volumes }]) =>
  volumes.map((volume) => {
    const [, from = '', to = '', flag = null] = /^(\$\{.+\}|[^:]+):([^:]+)(?::(\w+))?$/.exec(volume) ?? [];
    return { name, from, to, flag };
  }),
);

describe('deploy/compose.yaml', () => {
  test('the daemon is read-only, is not root, and owns nothing but its state', () => {
    const { claimwatch } = file.services;
    expect(claimwatch).toMatchObject({ read_only: true, user: '10001:10001' });
    expect(readFileSync(fileOfProject('Dockerfile'), 'utf8')).toContain('USER 10001:10001');
    expect(mounts.filter(({ name, flag }) => name === 'claimwatch' && flag !== 'ro').map(({ to }) => to)).toEqual(['/var/lib/claimwatch']);
  });

  test('what is written to are named volumes, each used once; everything else is read-only', () => {
    const named = mounts.filter(({ from }) => /^[a-z-]+$/.test(from));
    expect(named.map(({ from }) => from).toSorted()).toEqual(Object.keys(file.volumes).toSorted());
    for (const { from, flag } of mounts) expect([from, flag]).toEqual([from, named.some((volume) => volume.from === from) ? null : 'ro']);
  });

  test('the files of the repository that it mounts are there', () => {
    const relative = mounts.filter(({ from }) => from.startsWith('.'));
    expect(relative.length).toBeGreaterThan(4);
    for (const { from } of relative) expect([from, existsSync(fileOfProject(`deploy/${from}`))]).toEqual([from, true]);
  });

  test('images have a version', () => {
    for (const [name, { image, build }] of services) {
      if (build === undefined) expect([name, image]).toEqual([name, expect.stringMatching(/:v?\d+\.\d+\.\d+$/)]);
    }
  });

  test('it holds no secret', () => {
    for (const [, { environment = {} }] of services) {
      for (const name of Object.keys(environment)) expect(name).not.toMatch(/PASSWORD|SECRET|TOKEN|KEY/);
    }
    expect(readFileSync(fileOfProject('deploy/compose.yaml'), 'utf8')).not.toMatch(/whsec_|:\/\/[^/\s]+@/);
  });

  test('nobody can change anything in Grafana, whoever reaches it', () => {
    expect(file.services.grafana.environment).toMatchObject({
      GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
      GF_AUTH_BASIC_ENABLED: 'false',
      GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
    });
  });
});

const prometheus = z.object({
  rule_files: z.array(text),
  scrape_configs: z.array(z.object({ job_name: text, static_configs: z.array(z.object({ targets: z.array(text) })) })),
  alerting: z.object({ alertmanagers: z.array(z.object({ static_configs: z.array(z.object({ targets: z.array(text) })) })) }),
});

describe('deploy/prometheus.yml', () => {
  const given = prometheus.parse(readYaml('deploy/prometheus.yml'));

  test('has our rules', () => {
    expect(given.rule_files).toEqual(ruleFiles.map((rules) => `../${rules}`));
  });

  test('names services and ports of the compose file', () => {
    const named = [...given.scrape_configs, ...given.alerting.alertmanagers].flatMap(({ static_configs }) =>
      static_configs.flatMap(({ targets }) => targets.map((target) => target.split(':')[0])),
    );
    for (const host of named) expect([...Object.keys(file.services), 'localhost']).toContain(host);
    expect(given.scrape_configs[0]).toEqual({ job_name: 'claimwatch', static_configs: [{ targets: ['claimwatch:9464'] }] });
  });
});

describe('config/grafana/provisioning', () => {
  const datasources = z.strictObject({
    apiVersion: z.literal(1),
    datasources: z.array(
      z.strictObject({
        name: text,
        uid: text,
        type: z.literal('prometheus'),
        access: z.literal('proxy'),
        url: text,
        isDefault: z.literal(true),
        editable: z.literal(false),
        jsonData: z.strictObject({ timeInterval: text }),
      }),
    ),
  });
  const providers = z.strictObject({
    apiVersion: z.literal(1),
    providers: z.array(
      z.strictObject({
        name: text,
        folder: text,
        type: z.literal('file'),
        allowUiUpdates: z.literal(false),
        disableDeletion: z.literal(true),
        updateIntervalSeconds: z.number(),
        options: z.strictObject({ path: text }),
      }),
    ),
  });

  test('the data source is where the environment of Grafana says, at the pace of the scrapes', () => {
    const [source, ...others] = datasources.parse(readYaml('config/grafana/provisioning/datasources/claimwatch.yml')).datasources;
    expect(others).toEqual([]);
    const variable = /^\$\{(\w+)\}$/.exec(source?.url ?? '')?.[1] ?? '';
    expect(file.services.grafana.environment?.[variable]).toBe('http://prometheus:9090');
    expect(readYaml('deploy/prometheus.yml')).toMatchObject({ global: { scrape_interval: source?.jsonData.timeInterval } });
  });

  test('the dashboards are found where they are mounted', () => {
    const [provider] = providers.parse(readYaml('config/grafana/provisioning/dashboards/claimwatch.yml')).providers;
    const mount = mounts.find(({ to }) => to === provider?.options.path);
    const fileName = dashboardFile.split('/').at(-1);
    const mounted = new URL(`${mount?.from}/${fileName}`, fileOfProject('deploy/compose.yaml'));
    expect(parseDashboard(JSON.parse(readFileSync(mounted, 'utf8'))).uid).toBe('claimwatch');
    expect(file.services.grafana.environment?.['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']).toBe(`${mount?.to}/${fileName}`);
  });
});
