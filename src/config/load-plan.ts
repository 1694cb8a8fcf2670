import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import type { Register } from '../domain/claim.ts';
import type { CheckPlan, Mode, Plan } from '../domain/plan.ts';
import type { ReceiverKind } from '../domain/ports.ts';
import { checkMaxAges, type GapNeeds } from './check-max-age.ts';
import { checkClaimsAreKnown, checkFactsAreBrought, checkFactsAreBroughtOnce, type FactNeeds, withEstateKinds } from './check-needs.ts';
import { ConfigurationError, type Problem, refuseProblems } from './configuration-error.ts';
import { type ConfigurationFile, readConfigurationFile } from './configuration-file.ts';
import { checkCoverage, readRegister } from './load-register.ts';
import { valueAt } from './path.ts';
import { type AzureNeeds, type ReadAzure, readAzure } from './read-azure.ts';
import { readChecks } from './read-checks.ts';
import { type ReadEndpoints, readEndpoints, readExclusions } from './read-endpoints.ts';
import { type LookNeeds, readLooks } from './read-looks.ts';
import { checkEachResponseIsTaken, readReceivers } from './read-receivers.ts';
import { readWaivers } from './read-waivers.ts';
import { type Environment, resolveReferences } from './references.ts';
import { planResourceTypes, type ResourceReaders, readResourceTypes, sortResourceTypes } from './resource-types.ts';
import { anyMap, generalShape, sectionNames } from './settings-schema.ts';
import { reportUnknownKeys, validate } from './validate.ts';
import { withKnowledge } from './with-knowledge.ts';

/** What the other rooms hand in: the loader knows none of them. */
export interface LoadOptions extends FactNeeds, LookNeeds, GapNeeds {
  readonly azure: AzureNeeds;
  /** The main file, or the folder that holds `claimwatch.yaml`. */
  readonly path: string;
  readonly environment: Environment;
  /** Null for who tells nobody: what stands under `receivers` is not read, and its secrets need not be there. */
  readonly receivers: ReadonlyMap<string, ReceiverKind> | null;
}

/**
 * Reads and checks the configuration, its register and its waivers.
 * @throws ConfigurationError with every problem of the three files; never with the value of a reference.
 */
export async function loadPlan(options: LoadOptions): Promise<Plan> {
  const path = await mainFileOf(resolve(options.path));
  const folder = dirname(path);
  const problems: Problem[] = [];
  const file = await readConfigurationFile(path, folder, problems);
  if (file.value === undefined) throw new ConfigurationError(problems);
  const settings = validate(
    anyMap,
    await resolveReferences(file, options.environment, options.receivers === null ? ['receivers'] : []),
    file,
    [],
  );
  if (settings === undefined) throw new ConfigurationError(problems);
  const general = readGeneral(settings, file);
  const azure = await readAzure(settings['azure'], file, options.azure, folder);
  const [registerFile, waiversFile, typesFile] = await Promise.all(
    [resolve(folder, general.register), resolve(folder, general.waivers), azure.resourceTypesPath].map((name) =>
      readConfigurationFile(name, folder, problems),
    ),
  );
  if (registerFile === undefined || waiversFile === undefined || typesFile === undefined)
    throw new Error('fewer files came back than were read');
  const plan = readPlan({ settings, general, azure, file, registerFile, waiversFile, typesFile, folder }, options);
  refuseProblems(problems);
  return plan;
}

/** A path that is not there is told when it is read. */
async function mainFileOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() === true ? join(path, 'claimwatch.yaml') : path;
}

interface Read {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly general: General;
  readonly file: ConfigurationFile;
  readonly registerFile: ConfigurationFile;
  readonly waiversFile: ConfigurationFile;
  readonly azure: ReadAzure;
  readonly typesFile: ConfigurationFile;
  readonly folder: string;
}

/** What could be read: of use only where no problem was reported. */
function readPlan({ settings, general, azure, file, registerFile, waiversFile, typesFile, folder }: Read, options: LoadOptions): Plan {
  const read = readRegister(registerFile);
  checkCoverage(read, options.checks, registerFile);
  const endpoints = readEndpoints(settings['endpoints'], file);
  const outOfScope = readExclusions(settings['scope'], file);
  const excluded = new Set(outOfScope.map(({ subject }) => subject));
  const subjects = endpoints.endpoints.map(({ endpoint }) => endpoint).filter(({ id }) => !excluded.has(id));
  const looks = readLooks(settings['looks'], file, options);
  const written = readResourceTypes(typesFile);
  const configured = readChecks(settings['checks'], endpoints.endpoints, options.checks, file);
  const { discovery, estateDerivations } = options.azure;
  const sorting = sortResourceTypes(configured, options.checks, written);
  const { checks, knowledge } = withKnowledge(configured, sorting, { checks: options.checks, estateDerivations, ...azure });
  const needs = { ...options, derivations: withEstateKinds(options.derivations, estateDerivations) };
  if (looks.complete) checkFactsAreBrought(checks, looks.looks, needs, file);
  checkFactsAreBroughtOnce(looks.looks, options, file);
  checkMaxAges(checks, looks.looks, needs, file);
  if (read.complete) checkClaimsAreKnown(checks, options.checks, read.register, file);
  const receivers =
    options.receivers === null ? { receivers: [], complete: false } : readReceivers(settings['receivers'], file, options.receivers);
  const mode = readMode(general, settings['mode'], file);
  checkEachResponseIsTaken(mode, receivers, file);
  const waivers = readWaivers(waiversFile, {
    checks: [...options.checks.keys()],
    subjects: subjectIds(endpoints, subjects),
    discovers: azure.azure !== null,
  });
  return {
    register: nameUnconfigured(read.register, checks, options.checks),
    subjects,
    outOfScope,
    vantage: general.vantage,
    azure: azure.azure,
    scopes: azure.scopes,
    resourceTypes: planResourceTypes(
      { plans: configured, checks: options.checks, discovery, estateDerivations, reads: readsOf(looks.looks, options.azure) },
      written,
      typesFile,
    ),
    knowledge,
    discovered: azure.discovered,
    looks: looks.looks,
    checks,
    waivers,
    mode,
    receivers: receivers.receivers,
    alerting: {
      unknownAfterRuns: general.alerting.unknownAfter.runs,
      unknownAfterMs: general.alerting.unknownAfter.duration,
      waiverNoticeMs: general.alerting.waiverNotice,
    },
    configurationDigest: digestOf([file, registerFile, waiversFile, typesFile]),
    stateDirectory: resolve(folder, general.state),
    listen: general.listen,
  };
}

function readsOf(looks: Plan['looks'], { reads }: AzureNeeds): ResourceReaders['reads'] {
  const used = new Set(looks.map(({ source }) => source));
  return [...reads].filter(([source]) => used.has(source));
}

/** A check that exists and is not configured leaves its claims partly unchecked, which the claims then say. */
function nameUnconfigured(register: Register, configured: readonly CheckPlan[], all: LoadOptions['checks']): Register {
  const off = [...all].filter(([id]) => !configured.some((check) => check.id === id));
  const claims = register.claims.map((claim) => {
    const own = off.filter(([, check]) => check.claims.some((served) => served.claim === claim.id)).map(([id]) => id);
    if (own.length === 0) return claim;
    const note = `not configured: ${own.join(', ')}`;
    return { ...claim, unchecked: claim.unchecked === undefined ? note : `${claim.unchecked}; ${note}` };
  });
  return { ...register, claims };
}

function subjectIds({ complete }: ReadEndpoints, subjects: Plan['subjects']): readonly string[] | null {
  return complete ? subjects.map(({ id }) => id) : null;
}

type General = { readonly [Key in keyof typeof generalShape]: z.infer<(typeof generalShape)[Key]> };

/** Setting by setting, so that a mistake in one does not hide those in the others; a wrong one counts as absent. */
function readGeneral(settings: Readonly<Record<string, unknown>>, file: ConfigurationFile): General {
  const known = [...Object.keys(generalShape), ...sectionNames];
  reportUnknownKeys(
    Object.keys(settings).filter((key) => !known.includes(key)),
    known,
    file,
    [],
  );
  const read = <T>(schema: z.ZodType<T>, key: keyof typeof generalShape): T =>
    validate(schema, settings[key], file, [key]) ?? schema.parse(undefined);
  return {
    mode: read(generalShape.mode, 'mode'),
    signed: read(generalShape.signed, 'signed'),
    state: read(generalShape.state, 'state'),
    register: read(generalShape.register, 'register'),
    waivers: read(generalShape.waivers, 'waivers'),
    listen: read(generalShape.listen, 'listen'),
    vantage: read(generalShape.vantage, 'vantage'),
    alerting: read(generalShape.alerting, 'alerting'),
  };
}

/** Paging begins with a signature, and a signature without paging was forgotten. */
function readMode({ mode, signed }: General, written: unknown, file: ConfigurationFile): Mode {
  if (mode === 'active' && signed !== null) return { kind: 'active', signed };
  const signedIsWritten = (valueAt(file.value, ['signed']) ?? null) !== null;
  if (mode === 'active' && !signedIsWritten) {
    file.report(['mode'], { message: 'mode is active, but nobody signed', remedy: 'add "signed: { by: your name, on: YYYY-MM-DD }"' });
  }
  if ((written === undefined || written === 'observe') && signedIsWritten) {
    file.report(['signed'], {
      message: 'somebody signed, but mode is observe',
      remedy: 'write "mode: active", or remove "signed"',
      at: 'key',
    });
  }
  return { kind: 'observe' };
}

function digestOf(files: readonly ConfigurationFile[]): string {
  const hash = createHash('sha256');
  for (const { name, text } of files) hash.update(JSON.stringify([name, text]));
  return hash.digest('hex');
}
