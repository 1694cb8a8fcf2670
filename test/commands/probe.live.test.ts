import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { findFreePort, listen } from '../../sandbox/listen.ts';
import { runProgram as runInThisProcess } from '../../src/commands/program.ts';
import { realClock } from '../../src/commands/real-clock.ts';
import { acceptResult } from '../../src/sources/outside-probe/accept-result.ts';
import { outsideProbeSource } from '../../src/sources/outside-probe/outside-probe-source.ts';
import type { ProbeResult } from '../../src/sources/outside-probe/probe-result.ts';
import { startBlackHole } from '../support/black-hole.ts';
import { runProgram } from '../support/check-command.ts';
import { makeFakeRoof } from '../support/fake-roof.ts';
import { resourceOf } from '../support/judge.ts';

const [one, two] = ['127.0.0.1', '127.0.0.2'];
const egress = '198.51.100.20';

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-probe-command-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function startServer(address = one): Promise<number> {
  const { port, close } = await listen(
    createServer((socket) => socket.on('error', () => {})),
    0,
    address,
  );
  onTestFinished(() => close());
  return port;
}

/** A vantage with a key: runs the command there. */
async function makeVantage() {
  const folder = await newFolder();
  const run = async (...words: readonly string[]) => {
    const fake = makeFakeRoof(0, { clock: realClock, workingDirectory: folder });
    const code = await runInThisProcess(['probe', ...words], fake.roof);
    return { code, output: fake.printed.join(''), errors: fake.printedErrors.join('') };
  };
  const made = await run('--generate-key', '--key', 'probe.key');
  return { folder, run, publicKey: made.output.trim() };
}

function readResult(envelope: string, publicKey: string, vantage = 'outside'): ProbeResult {
  return acceptResult(envelope, { publicKey, vantage, maxResultAgeMs: 60_000, nowMs: Date.now() });
}

test('from a key to a fact of the daemon, as a newcomer goes', { timeout: 60_000 }, async () => {
  const folder = await newFolder();
  const [keyFile, output] = [join(folder, 'probe.key'), join(folder, 'probe.json')];
  const [port, closed] = [await startServer(), await findFreePort()];
  const made = await runProgram('probe', '--generate-key', '--key', keyFile);
  expect([made.code, made.output]).toEqual([0, expect.stringMatching(/^[A-Za-z0-9+/]{59}=\n$/)]);
  expect(made.errors).toContain('stays at this vantage');
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);

  const words = ['--addresses', one, '--ports', `${port}, ${closed}`, '--rate', '100', '--vantage', 'outside', '--egress', egress];
  const probed = await runProgram('probe', ...words, '--key', keyFile, '--output', output);
  expect([probed.code, probed.errors]).toEqual([0, '']);
  expect(probed.output).toMatch(
    new RegExp(`^address +accepts +refuses +silent\\n${one} +${port} +${closed} +none\\nThe result: ${output}\\n$`),
  );

  const from = { kind: 'file', path: output, publicKey: made.output.trim(), vantage: 'outside' };
  const options = outsideProbeSource.options.parse({ addresses: [one], ports: [port], from }) as Record<string, never>;
  const subject = resourceOf('microsoft.network/publicipaddresses');
  const looked = outsideProbeSource.create().look({
    subjects: [subject],
    rows: new Map([[subject.id, { properties: { ipAddress: one } }]]),
    options,
    vantage: { name: 'default', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 1,
    subjectDeadlineMs: 10_000,
    signal: new AbortController().signal,
  });
  expect(await Array.fromAsync(looked)).toMatchObject([
    {
      seen: {
        'outside-probe': {
          fact: { vantage: { name: 'outside', egressAddress: egress }, answered: [{ port }], refused: [{ port: closed }] },
        },
      },
    },
  ]);
});

test('without --output the signed result is printed and nothing else', async () => {
  const { folder, run, publicKey } = await makeVantage();
  const port = await startServer(two);
  const probe = await run('--addresses', `${one}, ${two},${one}`, '--ports', `${port}`, '--key', 'probe.key', '--vantage', 'outside');
  expect([probe.code, probe.errors]).toEqual([0, '']);
  expect(readResult(probe.output, publicKey)).toMatchObject({
    vantage: { name: 'outside', egressAddress: null },
    probed: [
      { address: one, ports: `${port}`, accepted: [], refused: [port] },
      { address: two, ports: `${port}`, accepted: [port], refused: [] },
    ],
  });
  expect(await readdir(folder)).toEqual(['probe.key']);
});

test.skipIf(process.platform !== 'linux')(
  'an address that cannot be asked is told of, and the others are probed all the same',
  async () => {
    const { folder, run, publicKey } = await makeVantage();
    const port = await startServer();
    // To a group nobody can connect: nothing is sent.
    const words = [
      '--addresses',
      `224.0.0.1 ${one}`,
      '--ports',
      `${port}`,
      '--key',
      'probe.key',
      '--vantage',
      'outside',
      '--output',
      'probe.json',
    ];
    const probe = await run(...words);
    expect(probe.code).toBe(2);
    expect(probe.output).toMatch(/224\.0\.0\.1 +not probed: 224\.0\.0\.1: port \d+ cannot be reached \(ENETUNREACH\)/);
    expect(readResult(await readFile(join(folder, 'probe.json'), 'utf8'), publicKey).probed).toEqual([
      { address: '224.0.0.1', fault: { code: 'unreachable', message: expect.stringContaining('ENETUNREACH') } },
      { address: one, ports: `${port}`, accepted: [port], refused: [] },
    ]);
    expect(JSON.parse((await run(...words, '--json')).output)).toMatchObject({ version: 1, probed: [{ fault: {} }, { accepted: [port] }] });
  },
);

test('what the configuration says is probed, and words on the line go before it', async () => {
  const { folder, run, publicKey } = await makeVantage();
  const [port, other] = [await startServer(), await startServer()];
  const from = { kind: 'file', path: '/srv/probe.json', publicKey, vantage: 'berlin' };
  const configure = async (looks: object) => {
    await writeFile(join(folder, 'claimwatch.yaml'), stringify({ looks, checks: {}, receivers: {} }));
    await writeFile(join(folder, 'claims.yaml'), await readFile('config/claims.yaml'));
    await writeFile(join(folder, 'waivers.yaml'), 'waivers: []\n');
  };
  const look = (options: object) => ({ outside: { source: 'outside-probe', schedule: '0 * * * *', options } });
  const probe = (...words: readonly string[]) => run('--config', folder, '--key', 'probe.key', ...words);
  await configure(look({ addresses: [one], ports: [port], connectionsPerSecond: 100, from }));
  const configured = await probe();
  expect([configured.code, configured.errors]).toEqual([0, '']);
  expect(readResult(configured.output, publicKey, 'berlin').probed).toMatchObject([{ address: one, accepted: [port] }]);
  const worded = await probe('--ports', `${other}`, '--vantage', 'paris');
  expect(readResult(worded.output, publicKey, 'paris').probed).toMatchObject([{ address: one, accepted: [other] }]);

  await configure(look({ from }));
  expect(await probe()).toMatchObject({ code: 3, errors: expect.stringMatching(/looks\.outside\.options\.addresses .* names no address/) });
  await configure({});
  expect(await probe()).toMatchObject({ code: 3, errors: expect.stringMatching(/has no look with "source: outside-probe"/) });
  await configure(look({ addresses: [one] }));
  expect(await probe()).toMatchObject({ code: 3, errors: expect.stringContaining('--vantage is needed') });
});

test('every mistake is told before the first connection, with what to do', async () => {
  const { folder, run } = await makeVantage();
  await writeFile(join(folder, 'other.key'), 'ssh-ed25519 AAAA topsecret');
  await mkdir(join(folder, 'folder'));
  const well = { '--addresses': one, '--ports': '1', '--key': 'probe.key', '--vantage': 'outside' };
  const told = async (words: { readonly [word: string]: string | undefined }) => {
    const merged: { readonly [word: string]: string | undefined } = { ...well, ...words };
    const { code, output, errors } = await run(
      ...Object.entries(merged).flatMap(([word, value]) => (value === undefined ? [] : [word, value])),
    );
    expect([code, output]).toEqual([3, '']);
    expect(errors).not.toContain('topsecret');
    return errors;
  };
  expect(await told({ '--addresses': undefined, '--config': 'nowhere' })).toMatch(
    /cannot be read[\s\S]*Or name our own public addresses with --addresses/,
  );
  expect(await told({ '--addresses': ' , ' })).toMatch(/no address is named/);
  expect(await told({ '--addresses': 'shop.example.com' })).toMatch(
    /^--addresses shop\.example\.com: expected an IP address; write one public/,
  );
  expect(await told({ '--addresses': '203.0.113.0/24' })).toMatch(/no range/);
  expect(await told({ '--ports': '0-22' })).toMatch(/^--ports 0-22: expected a port or a range of ports; write for example/);
  expect(await told({ '--ports': 'ssh' })).toMatch(/^--ports ssh/);
  expect(await told({ '--rate': '101' })).toBe('--rate 101: expected a whole number from 1 to 100\n');
  expect(await told({ '--rate': 'fast' })).toMatch(/^--rate fast: expected a whole number/);
  expect(await told({ '--timeout': '3' })).toMatch(/^--timeout 3: expected a duration from 100ms to 30s/);
  expect(await told({ '--vantage': undefined })).toMatch(/^--vantage is needed/);
  expect(await told({ '--vantage': ' ' })).toMatch(/^--vantage is needed/);
  expect(await told({ '--egress': '10.0.0.4' })).toMatch(/^--egress 10\.0\.0\.4: expected the public address/);
  expect(await told({ '--egress': 'home' })).toMatch(/^--egress home/);
  expect(await told({ '--addresses': `${one}, ${egress}`, '--egress': egress })).toMatch(/does not stand outside; run this elsewhere/);
  expect(await told({ '--key': undefined })).toMatch(/required option '--key <file>'/);
  expect(await told({ '--key': 'none.key' })).toMatch(
    /none\.key cannot be read \(ENOENT\); make it: claimwatch probe --generate-key --key none\.key/,
  );
  expect(await told({ '--key': 'other.key' })).toMatch(/other\.key holds no Ed25519 private key/);
  expect(await told({ '--output': 'nowhere/probe.json' })).toMatch(/there is no folder/);
  expect(await told({ '--output': 'folder' })).toMatch(/is a folder/);
  expect((await readdir(folder)).sort()).toEqual(['folder', 'other.key', 'probe.key']);
});

test('a key is never written over', async () => {
  const { folder, run } = await makeVantage();
  const before = await readFile(join(folder, 'probe.key'), 'utf8');
  expect(await run('--generate-key', '--key', 'probe.key')).toMatchObject({
    code: 3,
    output: '',
    errors: expect.stringContaining('never written over'),
  });
  expect(await run('--generate-key', '--key', 'nowhere/probe.key')).toMatchObject({ code: 3, errors: expect.stringContaining('(ENOENT)') });
  expect(await readFile(join(folder, 'probe.key'), 'utf8')).toBe(before);
  const { output } = await run('--generate-key', '--key', 'second.key', '--json');
  expect(JSON.parse(output)).toEqual({ keyFile: join(folder, 'second.key'), publicKey: expect.stringMatching(/^[A-Za-z0-9+/]{59}=$/) });
});

test.skipIf(process.platform !== 'linux').each([
  ['a file', ['--output', 'probe.json']],
  ['the terminal', []],
])('who gives up finds the result of before untouched, and nothing half made: by %s', async (_what, output) => {
  const { folder } = await makeVantage();
  const hole = await startBlackHole();
  onTestFinished(() => hole.close());
  await writeFile(join(folder, 'probe.json'), 'the one before');
  const fake = makeFakeRoof(0, {
    clock: realClock,
    workingDirectory: folder,
    terminal: { isTerminal: true, columns: 100 },
    printError: (text) => {
      fake.printedErrors.push(text);
      fake.stop();
    },
  });
  const words = [
    '--addresses',
    one,
    '--ports',
    `${hole.port}`,
    '--timeout',
    '30s',
    '--key',
    'probe.key',
    '--vantage',
    'outside',
    ...output,
  ];
  expect(await runInThisProcess(['probe', ...words], fake.roof)).toBe(4);
  expect([fake.printed, fake.printedErrors]).toEqual([[], [`${one} (1 of 1)\n`, 'stopped; no result was written\n']]);
  expect((await readdir(folder)).sort()).toEqual(['probe.json', 'probe.key']);
  expect(await readFile(join(folder, 'probe.json'), 'utf8')).toBe('the one before');
});
