import type { NetworkProtocol } from '../domain/exposure.ts';
import { shortNameOf } from '../domain/resource-id.ts';
import { describeEntry, describeOpenRule, describeUnknown } from '../network/describe-reach.ts';
import type { WayPart } from '../network/explain-parts.ts';
import type { ExplainedWay, Through } from '../network/explain-ways.ts';
import { type DecidingRule, describeRule } from '../network/passages.ts';
import type { InterfaceAnswer, NetworkAnswer, NetworkQuestion, NetworkVerdict } from './network-answer.ts';
import { alignRows, type Paper, paint, printable, wrapText } from './text.ts';

/** What a person at night reads: the answer first, then each way with the rules that decided. */
export function showNetworkAnswer(answer: NetworkAnswer, nowMs: number, paper: Paper): string {
  const { subject, interfaces, dataAsOf } = answer;
  const owner = subject.entrance?.owner ?? null;
  const head = [
    `${paintVerdict(answer.verdict, paper)}: ${headline(answer)}`,
    alignRows(
      [
        ['asked about', subject.id],
        ...(owner === null || owner === subject.id ? [] : [['belongs to', owner]]),
        ['data as of', `${dataAsOf} (${ageText(nowMs - Date.parse(dataAsOf))})`],
      ].map(([label = '', value = '']) => [paint(label, 'dim', paper), printable(value)]),
      '  ',
    ),
  ];
  const besides = answer.besides.map(({ verdict, text }) => `  ${paintVerdict(verdict, paper)}  ${printable(text)}`);
  const told = interfaces.map((one) => showInterface(one, answer.question, paper));
  return `${[...head, ...(besides.length > 0 ? ['', ...besides] : []), ...told.map((text) => `\n${text}`)].join('\n')}\n`;
}

/** Whether the answer is about what somebody just changed is the first thing to know. */
function ageText(ageMs: number): string {
  const minutes = Math.max(0, Math.floor(ageMs / 60_000));
  return minutes < 120 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`;
}

const verdictStyles = { allowed: 'bold', denied: 'bold', unknown: 'yellow' } as const;

function paintVerdict(verdict: NetworkVerdict, paper: Paper): string {
  return paint(verdict, verdictStyles[verdict], paper);
}

function headline({ verdict, subject, question, interfaces, besides }: NetworkAnswer): string {
  const { port, protocol, from } = question;
  const isAnything = port === null && protocol === 'any';
  const what = isAnything ? 'anything' : portsText(protocol, port === null ? '*' : String(port));
  const who = from ?? 'somebody on the Internet';
  const name = printable(shortNameOf(subject.id));
  if (interfaces.length === 0 && besides.length === 0) return `no interface is reached through ${name}`;
  if (verdict === 'allowed') return `${who} can reach ${isAnything ? 'something' : what} of ${name}`;
  if (verdict === 'unknown') return `whether ${who} can reach ${what} of ${name} cannot be known`;
  return from === null ? `nobody on the Internet can reach ${what} of ${name}` : `${from} cannot reach ${what} of ${name}`;
}

function showInterface({ id, exposure, ways, unknown }: InterfaceAnswer, question: NetworkQuestion, paper: Paper): string {
  const facts = [
    ...(exposure?.machine === undefined || exposure.machine === null ? [] : [`machine ${shortNameOf(exposure.machine)}`]),
    ...(exposure === null || exposure.addresses.length === 0 ? [] : [exposure.addresses.join(', ')]),
  ];
  const isSummary = question.port === null;
  const isNothing = ways.length + unknown.length === 0;
  return [
    paint(printable([shortNameOf(id), ...facts].join(', ')), 'bold', paper),
    ...mergeWays(ways).map((way) => showWay(isSummary && way.through.kind === 'none' ? { ...way, parts: [] } : way, paper)),
    ...(isNothing ? ['  nothing of what was asked about leads there'] : []),
    ...unknown.map((part) => wrapLine(`${describeUnknown(part)}`, 'unknown', paper)),
    ...(isSummary && question.from === null
      ? (exposure?.latent ?? []).map((open) => wrapLine(describeOpenRule(open), 'latent', paper))
      : []),
  ].join('\n');
}

/** One way may come several times, for several configurations or protocols. */
function mergeWays(ways: readonly ExplainedWay[]): readonly ExplainedWay[] {
  const byEntry = Map.groupBy(ways, ({ addresses, subnet, through }) => JSON.stringify([addresses, subnet, through]));
  return [...byEntry.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, parts: same.flatMap(({ parts }) => parts) }];
  });
}

function showWay({ through, parts, addresses }: ExplainedWay, paper: Paper): string {
  return [`  ${printable(describeThrough(through, addresses))}`, ...parts.map((part) => showPart(part, paper))].join('\n');
}

function describeThrough(through: Through, addresses: readonly string[]): string {
  const to = addresses.length === 0 ? '' : ` to ${addresses.join(', ')}`;
  if (through.kind === 'gate' && !through.isSeen) return `a way in that there may be: ${through.gate.kind}`;
  const isFiltered = through.kind === 'gate' && through.gate.kind === 'application-gateway' && through.gate.isProtected;
  if (through.kind === 'gate')
    return `through ${describeEntry(through.gate)}${to}${isFiltered ? ', behind a web application firewall' : ''}`;
  if (through.kind === 'inside') return `from a connected network${to}; what stands on the way (routes, firewalls) is not judged`;
  return `no way in from the Internet${to}`;
}

function showPart(part: WayPart, paper: Paper): string {
  const before = part.before.map((text) => ['on the way', 'Allow', printable(text)]);
  const rules = part.rules.map((rule) => [layerNames[rule.layer], ...ruleCells(rule)]);
  const rows = alignRows([...before, ...rules], '        ');
  const why = part.why === null ? [] : [`        ${wrapText(printable(part.why), Math.max(40, paper.columns - 8), '        ')}`];
  return [
    `    ${paintVerdict(part.verdict, paper)}  ${printable(portsOfPart(part))} from ${printable(sourcesText(part))}`,
    ...(rows === '' ? [] : [rows]),
    ...why,
  ].join('\n');
}

function wrapLine(text: string, label: string, paper: Paper): string {
  return `  ${paint(label, label === 'unknown' ? 'yellow' : 'dim', paper)}  ${wrapText(printable(text), Math.max(40, paper.columns - 12), '           ')}`;
}

const layerNames = { admin: 'network manager', subnet: 'subnet', 'network-interface': 'interface' } as const;

function ruleCells(rule: DecidingRule): readonly string[] {
  return [rule.rule === null ? '-' : rule.access, printable(describeRule(rule))];
}

function portsOfPart({ protocol, ports, entryPorts }: WayPart): string {
  const inside = portsText(protocol, ports);
  return entryPorts === ports || entryPorts === '' ? inside : `${portsText(protocol, entryPorts)}, at the interface ${ports},`;
}

function portsText(protocol: NetworkProtocol, ports: string): string {
  const named = protocol === 'any' ? 'any protocol' : protocol;
  return ports === '*' ? `${named}, every port,` : `${named} ${ports}`;
}

const mostSources = 6;

function sourcesText({ sources, isRest }: WayPart): string {
  if (isRest) return 'everybody else';
  const more = sources.length - mostSources;
  return more > 0 ? `${sources.slice(0, mostSources).join(', ')} and ${more} more` : sources.join(', ');
}
