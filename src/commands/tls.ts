import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { timestamp } from '../domain/time.ts';
import { findRootProblem, rememberTrustStore } from '../sources/tls/trust-store.ts';
import { type CommandContext, finish } from './command-context.ts';
import { type ExitCode, exitCodes, UsageError } from './roof.ts';
import type { Paper } from './text.ts';
import { answerJson, answerOf, exitCodeOfAnswer } from './tls-answer.ts';
import { auditTarget } from './tls-audit.ts';
import { showAnswer } from './tls-report.ts';
import { addTlsOptions, nameOfTarget, readTarget, type TlsOptions } from './tls-target.ts';
import { showWaiting } from './waiting-line.ts';

const after = `
Needs no configuration, keeps nothing and sends nothing to anybody but the server (and the name servers, for its addresses).
Exit code 0: no weakness, and the certificate is trusted; 1: something broken is accepted, or the certificate is not trusted;
2: that could not be known, for example since nothing answered; 3: the command cannot be understood.
Profiles, clients and suites below 256 bits are told, and change no exit code.`;

/** `tls`: everything that a server would agree to, as the daemon's looks find it. */
export function addTlsCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('tls')
    .description('everything that a TLS server would agree to: versions, suites, groups, certificates, weaknesses')
    .argument('<host[:port]>', 'shop.example.com, shop.example.com:8443, [2001:db8::1]:443 or https://shop.example.com/');
  addTlsOptions(command)
    .addHelpText('after', after)
    .action((text: string, options: TlsOptions) => finish(context, () => auditAndTell(context, text, options)));
}

async function auditAndTell(context: CommandContext, text: string, options: TlsOptions): Promise<ExitCode> {
  const { roof } = context;
  const target = readTarget(text, options);
  const extraRoots = await Promise.all((options.ca ?? []).map((file) => readRoots(file, roof.workingDirectory)));
  const store = rememberTrustStore()({ rootBundle: null, extraRoots });
  const stopWaiting = showWaiting(roof, `asking ${nameOfTarget(target)}`);
  const audit = await auditTarget(target, store, roof.stopRequested).finally(stopWaiting);
  if (roof.stopRequested.aborted) {
    roof.printError('stopped before all was asked\n');
    return exitCodes.internal;
  }
  const answer = answerOf(target, audit, timestamp(roof.clock.now()));
  roof.print(context.json() ? `${JSON.stringify(answerJson(answer), null, 2)}\n` : showAnswer(answer, readable(context.paper())));
  return exitCodeOfAnswer(answer);
}

/** Longer lines read worse, however wide the terminal is. */
function readable(paper: Paper): Paper {
  return { ...paper, columns: Math.min(paper.columns, 100) };
}

async function readRoots(file: string, folder: string): Promise<string> {
  const text = await readFile(resolve(folder, file), 'utf8').catch((error: Error) => {
    throw new UsageError(`--ca ${file}: ${error.message}`);
  });
  const problem = findRootProblem(text);
  if (problem !== null) throw new UsageError(`--ca ${file}: ${problem}`);
  return text;
}
