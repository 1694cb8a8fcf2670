import type { Command } from 'commander';
import { suggestName } from '../config/nearest-name.ts';
import { type Check, describeSubjects, interpretationsOf } from '../domain/check.ts';
import type { Claim, Interpretation, Standing } from '../domain/claim.ts';
import { withTablesNamed } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { resourceFromId, subscriptionType } from '../domain/resource-id.ts';
import type { Resource } from '../domain/subject.ts';
import { type CommandContext, finish } from './command-context.ts';
import { type ExitCode, exitCodes, UsageError } from './roof.ts';
import { alignRows, paint, wrapText } from './text.ts';

/** `explain`: what a claim promises and how it is judged, or what a check looks at. */
export function addExplainCommand(program: Command, context: CommandContext): void {
  program
    .command('explain')
    .description('what a claim promises and how it is judged, or what a check does')
    .argument('<claim-or-check>')
    .action((name: string) => finish(context, () => explain(context, name)));
}

async function explain(context: CommandContext, name: string): Promise<ExitCode> {
  const { plan } = await context.openPlan('quiet');
  const { checks } = await context.rooms();
  const claim = plan.register.claims.find((candidate) => candidate.id === name);
  const check = checks.get(name);
  if (claim !== undefined) {
    const serving = [...checks].filter(([, candidate]) => candidate.claims.some((served) => served.claim === name)).map(([id]) => id);
    context.roof.print(context.json() ? `${JSON.stringify({ ...claim, checks: serving }, null, 2)}\n` : showClaim(claim, serving, context));
    return exitCodes.pass;
  }
  if (check !== undefined) {
    context.roof.print(
      context.json() ? `${JSON.stringify(checkJson(name, check, plan), null, 2)}\n` : showCheck(name, check, plan, context),
    );
    return exitCodes.pass;
  }
  const names = [...checks.keys(), ...plan.register.claims.map((candidate) => candidate.id)];
  throw new UsageError(`no claim and no check is called "${name}"; ${suggestName(name, names, 'there are:')}`);
}

function showClaim(claim: Claim, serving: readonly string[], context: CommandContext): string {
  const paper = context.paper();
  const width = Math.max(40, paper.columns - 16);
  const row = (label: string, text: string) => [paint(label, 'dim', paper), wrapText(text, width, ' '.repeat(14))];
  const controls = [
    ['SOC 2', claim.controls.soc2],
    ['ISO 27001', claim.controls.iso27001],
    ['CIS Azure', claim.controls.cisAzure],
    ['PCI DSS', claim.controls.pciDss],
  ] as const;
  const rows = [
    ...claim.quotes.map((quote) => row('says', `“${quote}”`)),
    row('literal', describeStanding(claim.literal)),
    row('intent', describeStanding(claim.intent, claim.intentText)),
    row('owner', claim.owner),
    row(
      'controls',
      controls
        .filter(([, ids]) => ids.length > 0)
        .map(([name, ids]) => `${name} ${ids.join(', ')}`)
        .join('; ') || 'none',
    ),
    row('checks', serving.length > 0 ? serving.join(', ') : 'none'),
    ...(claim.unchecked === undefined ? [] : [row('open', claim.unchecked)]),
  ];
  return `${paint(claim.id, 'bold', paper)}\n${alignRows(rows, '  ')}\n`;
}

function describeStanding(standing: Standing, text = 'as written; binding'): string {
  switch (standing.kind) {
    case 'binding':
      return text;
    case 'text-defect':
      return `text defect: ${standing.defect} Better: “${standing.betterWording}”`;
    case 'not-testable':
      return `not testable: ${standing.reason}`;
  }
}

function checkJson(id: string, check: Check, plan: Plan): object {
  const configured = plan.checks.find((candidate) => candidate.id === id);
  const { title, claims, response, whenNone, mend } = check;
  return {
    id,
    title,
    claims,
    response,
    needs: Object.keys(check.needs),
    whenNone,
    mend,
    configured: configured === undefined ? null : { parameters: configured.parameters, maxAgeMs: configured.maxAgeMs },
    repeat: repeatOf(check, plan),
  };
}

function showCheck(id: string, check: Check, plan: Plan, context: CommandContext): string {
  const paper = context.paper();
  const width = Math.max(40, paper.columns - 16);
  const row = (label: string, text: string) => [paint(label, 'dim', paper), wrapText(text, width, ' '.repeat(14))];
  const configured = plan.checks.find((candidate) => candidate.id === id);
  const serves = (interpretation: Interpretation) =>
    check.claims
      .filter((served) => served.interpretations.includes(interpretation))
      .map((served) => served.claim)
      .join(', ');
  const repeat = repeatOf(check, plan);
  const rows = [
    row('title', check.title),
    ...interpretationsOf(check).map((interpretation) => row(interpretation, serves(interpretation))),
    row('response', check.response),
    row('needs', `${needsText(check)} of every ${describeSubjects(check)}`),
    row('none found', `is ${check.whenNone}`),
    row(
      'parameters',
      configured === undefined
        ? 'the check is not configured'
        : JSON.stringify(withTablesNamed(configured.parameters.defaults, (table) => `${Object.keys(table ?? {}).length} entries`)),
    ),
    row('max age', configured === undefined ? '-' : `${configured.maxAgeMs / 1000} s; older is unknown`),
    row('mend', check.mend),
    // On one line, however long: it is there to be copied.
    ...(repeat === null ? [] : [[paint('repeat', 'dim', paper), repeat]]),
  ];
  return `${paint(id, 'bold', paper)}\n${alignRows(rows, '  ')}\n`;
}

function needsText({ needs }: Check): string {
  return Object.keys(needs)
    .map((kind) => (kind === 'resource' ? 'the row' : kind))
    .join(', ');
}

/** With the first configured endpoint, or with a resource that only stands for others. */
function repeatOf(check: Check, plan: Plan): string | null {
  if (check.subjects === 'endpoint') {
    const endpoint = plan.subjects.find((subject) => subject.kind === 'endpoint');
    return endpoint === undefined ? null : check.repeat(endpoint);
  }
  const example = exampleResource(check.subjects.resources[0] ?? subscriptionType);
  return example === null ? null : check.repeat(example);
}

function exampleResource(type: string): Resource | null {
  const subscription = '/subscriptions/00000000-0000-0000-0000-000000000000';
  if (type === subscriptionType) return resourceFromId(subscription);
  const [namespace = '', ...types] = type.split('/');
  return resourceFromId(
    `${subscription}/resourcegroups/example/providers/${namespace}/${types.map((part) => `${part}/example`).join('/')}`,
  );
}
