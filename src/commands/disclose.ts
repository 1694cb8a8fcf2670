import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { DisclosureRequest, PersonDisclosure } from '../domain/person-disclosure.ts';
import type { Disclosures } from '../domain/ports.ts';
import { isPseudonym, type Pseudonym } from '../domain/pseudonym.ts';
import { timestamp } from '../domain/time.ts';
import { sealDisclosure } from '../evidence/disclosure-entry.ts';
import { openDisclosures, readDisclosures } from '../store/open-disclosures.ts';
import { isBusy } from '../store/sqlite-error.ts';
import { type CommandContext, finish, stateFileName } from './command-context.ts';
import { type ExitCode, exitCodes, UsageError } from './roof.ts';
import { explainStateError, findStateFile } from './state-error.ts';
import { alignRows, paint, printable } from './text.ts';

interface Options {
  readonly reason?: string;
  readonly by?: string;
  readonly forget?: boolean;
  readonly list?: boolean;
  readonly limit: string;
}

const longestReason = 500;
const longestName = 100;

/** `disclose`: who stands behind a pseudonym; each use is recorded before it is answered. */
export function addDiscloseCommand(program: Command, context: CommandContext): void {
  program
    .command('disclose')
    .description('who stands behind a pseudonym; each opening is recorded, whether the daemon runs or not')
    .argument('[pseudonym]', 'as alerts show it: person- and 16 hex characters')
    .option('--reason <text>', 'why it must be known; do not write the name here')
    .option('--by <name>', 'who wants to know, beside the account at this system')
    .option('--forget', 'delete the person: from then on nobody can open the pseudonym')
    .option('--list', 'what was opened and deleted so far, newest first')
    .option('--limit <count>', 'how many of them', '50')
    .action((pseudonym: string | undefined, options: Options) =>
      finish(context, () => (options.list === true ? listAll(context, pseudonym, options) : disclose(context, pseudonym, options))),
    );
}

async function disclose(context: CommandContext, text: string | undefined, options: Options): Promise<ExitCode> {
  const pseudonym = readPseudonym(text);
  const request = readRequest(context, options);
  return await withStateFile(context, async (path) => {
    const disclosures = await openDisclosures({ path, seal: sealDisclosure });
    try {
      const work = options.forget === true ? forget : open;
      return await work(context, disclosures, pseudonym, request);
    } finally {
      await disclosures.close();
    }
  });
}

async function open(
  context: CommandContext,
  disclosures: Disclosures,
  pseudonym: Pseudonym,
  request: DisclosureRequest,
): Promise<ExitCode> {
  const person = await disclosures.open(pseudonym, request);
  if (context.json()) context.roof.print(`${JSON.stringify({ pseudonym, identifier: person?.identifier ?? null })}\n`);
  else if (person !== null) context.roof.print(`${printable(person.identifier)}\n`);
  else context.roof.printError(`${nobody(pseudonym)}\n`);
  return person === null ? exitCodes.fail : exitCodes.pass;
}

async function forget(
  context: CommandContext,
  disclosures: Disclosures,
  pseudonym: Pseudonym,
  request: DisclosureRequest,
): Promise<ExitCode> {
  const { found, isWiped } = await disclosures.forget(pseudonym, request);
  if (context.json()) context.roof.print(`${JSON.stringify({ pseudonym, found, isWiped })}\n`);
  else if (!found) context.roof.printError(`${nobody(pseudonym)}\n`);
  else
    context.roof.print(
      `${pseudonym} is forgotten: nobody can open it any more. Copies of the state file made before still hold the name.\n`,
    );
  if (!isWiped)
    context.roof.printError(
      'The write-ahead log beside the state file may hold older copies until the daemon is stopped: others were reading.\n',
    );
  return found ? exitCodes.pass : exitCodes.fail;
}

function nobody(pseudonym: Pseudonym): string {
  return `${pseudonym} stands for nobody who is known here, or not any more; that it was asked for has been recorded.`;
}

async function listAll(context: CommandContext, pseudonym: string | undefined, { limit: text }: Options): Promise<ExitCode> {
  if (pseudonym !== undefined) throw new UsageError('--list shows all of them; leave the pseudonym out');
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) throw new UsageError(`--limit ${text}: expected a number from 1 to 10000`);
  const all = await withStateFile(context, (path) => readDisclosures(path, limit));
  context.roof.print(context.json() ? `${JSON.stringify(all, null, 2)}\n` : showAll(all, context));
  return exitCodes.pass;
}

function showAll(all: readonly PersonDisclosure[], context: CommandContext): string {
  if (all.length === 0) return 'None.\n';
  const head = ['at', 'what', 'pseudonym', 'found', 'account', 'asked by', 'why', 'entry'].map((title) =>
    paint(title, 'dim', context.paper()),
  );
  const rows = all.map(({ at, action, pseudonym, found, user, by, reason, entry }) => [
    at,
    action,
    pseudonym,
    found ? 'yes' : 'no',
    printable(user),
    printable(by ?? ''),
    printable(reason),
    String(entry),
  ]);
  return `${alignRows([head, ...rows])}\n`;
}

/** An opening that cannot be written down does not take place, so that a state that is not there is a mistake. */
async function withStateFile<T>(context: CommandContext, work: (path: string) => Promise<T>): Promise<T> {
  const { plan } = await context.openPlan('quiet');
  const path = join(plan.stateDirectory, stateFileName);
  try {
    if (!findStateFile(path)) throw new UsageError(`nothing has been recorded in ${plan.stateDirectory} yet; "claimwatch run" does that`);
    return await work(path);
  } catch (error) {
    if (error instanceof Error && isBusy(error.cause)) throw new UsageError(`${error.message}, so that nothing was opened; try again`);
    throw explainStateError(error, path);
  }
}

/** What is no pseudonym is not repeated: it may be a name. */
function readPseudonym(text: string | undefined): Pseudonym {
  if (text !== undefined && isPseudonym(text)) return text;
  throw new UsageError('name a pseudonym as alerts show it: person- and 16 hex characters, for example person-0123456789abcdef');
}

function readRequest(context: CommandContext, { reason, by }: Options): DisclosureRequest {
  const why = reason?.trim() ?? '';
  if (why === '') throw new UsageError('--reason is needed: say why it must be known');
  if (why.length > longestReason) throw new UsageError(`--reason is ${why.length} characters long; at most ${longestReason} are kept`);
  const name = by?.trim() ?? '';
  if (name.length > longestName) throw new UsageError(`--by is ${name.length} characters long; at most ${longestName} are kept`);
  return { reason: why, by: name === '' ? null : name, user: accountName(), at: timestamp(context.roof.clock.now()) };
}

/** In a container the account may have no name. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
