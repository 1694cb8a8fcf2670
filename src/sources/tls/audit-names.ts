import type { Fault } from '../../domain/fault.ts';
import { suiteOfName } from '../../transport/cipher-suites.ts';
import type { ProtocolVersion } from '../../transport/protocol-versions.ts';
import type { NameAnswer, SuitesOfVersion, TlsAddress } from '../../transport/tls-facts.ts';
import { isHelloOf, type Notes } from './audit-notes.ts';
import { usualHello } from './client-hello.ts';
import type { HelloAnswer, ServerFlight } from './hello.ts';
import { fewSuites, type HelloForm, helloOf, suiteRoom } from './hello-forms.ts';
import { nameOfSuite } from './listed.ts';
import type { OpenedVersion } from './open-version.ts';
import { noLonger } from './prove-refusals.ts';

/** RFC 6761 6.4: nobody has it. */
export const unknownName = 'unknown.invalid';

export interface AskedName {
  readonly version: ProtocolVersion;
  readonly answer: HelloAnswer;
}

/** One hello of each version, with what the endpoint's own name is known to accept and what many accept. */
export async function askWithName(
  notes: Notes,
  serverName: string | null,
  versions: readonly { readonly opened: OpenedVersion; readonly suites: SuitesOfVersion | null }[],
): Promise<readonly AskedName[]> {
  const newestFirst = versions.toReversed();
  return await Promise.all(
    newestFirst.map(async ({ opened: { version, form }, suites }) => {
      const hello = helloOf(version, serverName, form, { suites: suitesToAsk(version, form, suites) });
      return { version, answer: await notes.ask(hello, version === 'TLSv1.3' ? 'hello' : 'flight') };
    }),
  );
}

function suitesToAsk(version: ProtocolVersion, form: HelloForm, own: SuitesOfVersion | null): readonly number[] {
  const accepted = (own?.accepted ?? []).flatMap((name) => suiteOfName(name)?.code ?? []);
  const usual = form === 'full' ? usualHello(version, null).suites : fewSuites(version);
  return [...accepted, ...usual.filter((code) => !accepted.includes(code))].slice(0, suiteRoom(form));
}

/**
 * Beside what the endpoint's own name gets. What is unknown there need not be known here. `isProven`: the peer still took a hello with its own name
 * afterwards; else what this name was refused says nothing.
 */
export function describeName(asked: readonly AskedName[], protocols: TlsAddress['protocols'], isProven: boolean): NameAnswer {
  const known = asked.filter(({ version }) => protocols[version].outcome !== 'fault');
  const fault = known.map(faultOf).find((found) => found !== null) ?? null;
  if (fault !== null) return { outcome: 'fault', fault };
  const answered = asked.flatMap(({ version, answer }) => (isHelloOf(answer, version) ? [{ version, answer }] : []));
  const [newest] = answered;
  if (!isProven && answered.length < asked.length) return { outcome: 'fault', fault: noLonger };
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
