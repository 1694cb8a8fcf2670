import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inflateRawSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { mutations } from '../../sandbox/azure/mutations.ts';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { type DemoAzure, startDemoAzure } from '../../sandbox/demo-azure.ts';
import { secretVariable, writeConfiguration } from '../../sandbox/demo-configuration.ts';
import { startDnsServer } from '../../sandbox/dns-server.ts';
import { startEstate } from '../../sandbox/estate.ts';
import { findFreePort, loopback } from '../../sandbox/listen.ts';
import { startWebhookInbox, type WebhookInbox } from '../../sandbox/webhook-inbox.ts';
import { sealDisclosure } from '../../src/evidence/disclosure-entry.ts';
import { columnsOf } from '../../src/logs/log-tables.ts';
import { openDisclosures } from '../../src/store/open-disclosures.ts';
import { type DaemonProcess, readyMessage, startDaemonProcess } from '../support/daemon-process.ts';
import { privateValuesOf } from '../support/private-values.ts';

const webhookSecret = `whsec_${Buffer.alloc(32, 'quiet').toString('base64')}`;
/** Done before the daemon starts, so that its first look has all of it to tell. */
const done = ['alert-without-action', 'drop-one-event', 'heartbeat-lost', 'public-blob', 'undeclared-console'] as const;
const author = mutations['public-blob']?.by ?? '';

interface WatchedDemo {
  readonly azure: DemoAzure;
  readonly inbox: WebhookInbox;
  readonly daemon: DaemonProcess;
  readonly folder: string;
  readonly url: string;
}

/** The demo with its log whole, and things done to its Azure. */
async function startWatchedDemo(): Promise<WatchedDemo> {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-privacy-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const authority = await makeAuthority({ name: 'Pretend Root' });
  const [estate, azure, inbox, listenPort] = await Promise.all([
    startEstate(authority),
    startDemoAzure(authority),
    startWebhookInbox(webhookSecret),
    findFreePort(),
  ]);
  const names = Object.fromEntries(estate.endpoints.map(({ host }) => [host, { a: [loopback] }]));
  const nameServer = await startDnsServer({ ...names, ...azure.names });
  for (const { close } of [estate, azure, inbox, nameServer]) onTestFinished(close);
  for (const name of done) azure.estate.mutate(name);
  const own = { folder, estate, azure, nameServer: nameServer.address, listenPort, webhookUrl: inbox.url };
  await writeConfiguration({ ...own, authorityPem: authority.certificatePem });
  const daemon = startDaemonProcess(folder, { [secretVariable]: webhookSecret });
  await daemon.whenLogged(readyMessage);
  return { azure, inbox, daemon, folder, url: `http://${loopback}:${listenPort}` };
}

async function waitUntilTold({ inbox }: WatchedDemo, checks: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(90_000);
  await Promise.all(
    checks.map((check) => inbox.waitFor(({ body }) => JSON.stringify(body).includes(`"check":"${check}"`) || undefined, signal)),
  );
}

/** Where a text stands, by the name of the place. */
type Places = ReadonlyMap<string, string>;

async function readFolder(folder: string): Promise<Places> {
  const names = await readdir(folder);
  return new Map(await Promise.all(names.map(async (name) => [`file ${name}`, await readFile(join(folder, name), 'latin1')] as const)));
}

/** What the rows of the state hold, each body unpacked; every text as JSON, since that is how a name with accents is stored. */
function readState(path: string): Places {
  const database = new DatabaseSync(path, { readOnly: true });
  const bodies = database.prepare('select deflated from bodies').all();
  const unpacked = bodies.map(({ deflated }) => inflateRawSync(deflated as Uint8Array).toString('utf8'));
  const tables = database
    .prepare("select name from sqlite_schema where type = 'table'")
    .all()
    .map(({ name }) => String(name));
  const rows = tables
    .filter((name) => name !== 'bodies' && name !== 'persons')
    .map((name) => [`table ${name}`, JSON.stringify(database.prepare(`select * from ${name}`).all())] as const);
  database.close();
  return new Map([['bodies', unpacked.join('\n')], ...rows]);
}

async function readPages(url: string): Promise<Places> {
  const paths = ['/', '/metrics', '/network', '/healthz', '/readyz'];
  return new Map(await Promise.all(paths.map(async (path) => [`page ${path}`, await (await fetch(`${url}${path}`)).text()] as const)));
}

/** Each value that stands somewhere, in any casing and as any of our texts would write it. */
function findIn(places: Places, values: ReadonlyMap<string, string>): readonly string[] {
  const lower = [...places].map(([place, text]) => [place, text.toLowerCase()] as const);
  return [...values].flatMap(([value, origin]) => {
    const written = new Set([value, JSON.stringify(value).slice(1, -1), Buffer.from(value).toString('latin1'), encodeURIComponent(value)]);
    const wanted = [...written].map((one) => one.toLowerCase());
    return lower.flatMap(([place, text]) => (wanted.some((one) => text.includes(one)) ? [`${value} (${origin}): ${place}`] : []));
  });
}

/** What the evidence says of who changed something opens to nobody afterwards, so that the bytes of the file can be searched as well. */
async function forgetPersons(path: string): Promise<readonly string[]> {
  const database = new DatabaseSync(path, { readOnly: true });
  const persons = database.prepare('select pseudonym, identifier from persons').all();
  database.close();
  const disclosures = await openDisclosures({ path, seal: sealDisclosure });
  const request = { at: new Date().toISOString(), user: 'tests', by: null, reason: 'the end of a test' };
  for (const { pseudonym } of persons) await disclosures.forget(pseudonym as `person-${string}`, request);
  await disclosures.close();
  return persons.map(({ identifier }) => String(identifier));
}

/** Of a query to Log Analytics: every column that it shows or filters by. */
function columnsAsked(query: string): readonly string[] {
  const stages = query
    .split('|')
    .slice(1)
    .map((stage) => stage.trim().replace(/(["']).*?\1/g, (text) => (/^.\w+.$/.test(text) ? text.slice(1, -1) : '')));
  const shown = stages.filter((stage) => stage.startsWith('project ')).flatMap((stage) => stage.slice(8).split(','));
  const filtered = stages.filter((stage) => stage.startsWith('where ')).flatMap((stage) => stage.slice(6).split(' and '));
  const named = [...shown.map((one) => one.replace(/^.*=/, '')), ...filtered.map((one) => one.replace(/[<>=].*$/, ''))];
  return named.map((one) => one.replaceAll(/tostring\(|ingestion_time\(|[[\]() ]/g, '')).filter((column) => column !== '');
}

test('nothing that was stored, logged, sent or shown names a person, a client or what was said', { timeout: 180_000 }, async () => {
  const demo = await startWatchedDemo();
  const { azure, daemon, folder, inbox, url } = demo;
  await waitUntilTold(
    demo,
    done.flatMap((name) => mutations[name]?.checks ?? []),
  );
  const secrets = [azure.azure.clientSecret, azure.azure.second.clientSecret, webhookSecret, ...azure.azure.givenTokens()];
  const forbidden = new Map([...privateValuesOf(azure.estate), ...secrets.map((value) => [value, 'a secret'] as const)]);
  const statePath = join(folder, 'state', (await readdir(join(folder, 'state'))).find((name) => /\.(db|sqlite)$/.test(name)) ?? '');

  const shown = await readPages(url);
  const told = new Map([
    ['log', `${JSON.stringify(daemon.log())}${daemon.complaints()}`],
    ['webhook', JSON.stringify(inbox.arrivals())],
  ]);
  const running = await readFolder(join(folder, 'state'));
  daemon.kill('SIGTERM');
  await daemon.ended;
  const all = new Map([...shown, ...told, ...readState(statePath)]);

  // What stays, stays findable; so whatever were there would have been found.
  const stays = new Map(
    ['vm-search-2', 'log-shopstoresync-shared', 'dddddddd-dddd-4ddd-8ddd-dddddddddddd'].map((name) => [name, 'a resource']),
  );
  for (const place of ['bodies', 'table alerts', 'table outbox', 'webhook', 'log'])
    expect(findIn(new Map([...all].filter(([name]) => name === place)), stays), place).not.toEqual([]);
  const byAuthor = new Map([[author, 'the author']]);
  expect(findIn(running, byAuthor), 'in clear only until they are forgotten').not.toEqual([]);
  const kinds = new Set([...forbidden.values()].map((where) => where.replace(/^\/.* /, '')));
  expect([...kinds].sort()).toEqual(
    expect.arrayContaining(['AzureActivity.Claims', 'SQLSecurityAuditEvents.Statement', 'StorageBlobLogs.Uri', 'emailReceivers', 'people']),
  );

  expect(findIn(all, forbidden)).toEqual([]);
  expect(findIn(running, new Map([...forbidden].filter(([value]) => value !== author)))).toEqual([]);
  expect(await forgetPersons(statePath)).toEqual([author]);
  expect(findIn(await readFolder(join(folder, 'state')), forbidden)).toEqual([]);

  const queries = azure.azure.requests.recent().flatMap(({ api, query }) => (api === 'logs' && query !== undefined ? [query] : []));
  expect(queries.length).toBeGreaterThan(20);
  expect(columnsAsked('SigninLogs | where TimeGenerated > now() and IPAddress =~ "::1" | project A = tostring(Identity)')).toEqual([
    ...['Identity', 'TimeGenerated', 'IPAddress'],
  ]);
  const strangers = queries.filter((query) => {
    const columns = columnsOf(/^\s*(\w+)/.exec(query)?.[1] ?? '') ?? {};
    return !columnsAsked(query).every((column) => Object.hasOwn(columns, column));
  });
  expect(strangers).toEqual([]);
});
