import type { Fault } from '../../domain/fault.ts';
import { type ProtocolVersion, protocolVersions } from '../../transport/protocol-versions.ts';
import type { NameAnswer, VersionFact } from '../../transport/tls-facts.ts';
import { isHelloOf, type Notes } from './audit-notes.ts';
import { usualHello } from './client-hello.ts';
import type { HelloAnswer, ServerFlight } from './hello.ts';
import { nameOfSuite } from './listed.ts';

/** RFC 6761 6.4: nobody has it. */
export const unknownName = 'unknown.invalid';

export interface AskedName {
  readonly version: ProtocolVersion;
  readonly answer: HelloAnswer;
}

const newestFirst = protocolVersions.map(({ name }) => name).toReversed();

/** One hello of each version. */
export async function askWithName(notes: Notes, serverName: string | null): Promise<readonly AskedName[]> {
  return await Promise.all(
    newestFirst.map(async (version) => {
      const until = version === 'TLSv1.3' ? 'hello' : 'flight';
      return { version, answer: await notes.ask(usualHello(version, serverName), until) };
    }),
  );
}

/** Beside what the endpoint's own name gets. What is unknown there need not be known here. */
export function describeName(asked: readonly AskedName[], protocols: { readonly [V in ProtocolVersion]: VersionFact }): NameAnswer {
  const known = asked.filter(({ version }) => protocols[version].outcome !== 'fault');
  const fault = known.map(faultOf).find((found) => found !== null) ?? null;
  if (fault !== null) return { outcome: 'fault', fault };
  const answered = asked.flatMap(({ version, answer }) => (isHelloOf(answer, version) ? [{ version, answer }] : []));
  const [newest] = answered;
  if (newest === undefined) return refusalOf(asked);
  return {
    outcome: 'answered',
    version: newest.version,
    suite: nameOfSuite(newest.answer.suite),
    certificate: leafOf(answered.map(({ answer }) => answer)),
    moreVersions: answered
      .map(({ version }) => version)
      .filter((version) => protocols[version].outcome === 'refused')
      .toReversed(),
  };
}

function leafOf(flights: readonly ServerFlight[]): string | null {
  const leaf = flights.flatMap(({ certificates }) => certificates.slice(0, 1))[0];
  return leaf?.toString('base64') ?? null;
}

function faultOf({ answer }: AskedName): Fault | null {
  if (answer.kind === 'foreign') return { code: 'malformed', message: 'the peer does not speak TLS' };
  return answer.kind === 'fault' ? answer.fault : null;
}

/** An alert that any version got says most. */
function refusalOf(asked: readonly AskedName[]): NameAnswer {
  const kinds = asked.map(({ answer }) => answer.kind);
  const by = (['alert', 'close', 'reset'] as const).find((kind) => kinds.includes(kind));
  if (by !== undefined) return { outcome: 'refused', by };
  return { outcome: 'fault', fault: { code: 'partial', message: 'it answers with another version than it was asked for' } };
}
