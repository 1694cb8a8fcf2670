import { promises as dns } from 'node:dns';
import { FaultError } from '../../domain/fault.ts';
import { faultOfAbort } from '../until-aborted.ts';

/** Which kinds of record are asked for, and as what they come back: texts. */
export type RecordType = 'A' | 'AAAA' | 'CNAME';

export interface NameServerNeeds {
  /** Name servers (`address` or `address:port`), or `system` for those that the machine is configured with. */
  readonly resolver: readonly string[];
  readonly signal: AbortSignal;
}

/** Milliseconds for the first try; the second waits longer. The caller's signal is the total deadline. */
const tryTimeoutMs = 2_000;

/**
 * The records of one name and type; none is an empty list, whether the name exists or not.
 * @throws FaultError `timeout`, `unreachable` (no name server gave an answer), `malformed`.
 */
export async function askNameServer(name: string, type: RecordType, needs: NameServerNeeds): Promise<readonly string[]> {
  if (needs.signal.aborted) throw faultOfAbort(needs.signal);
  const resolver = new dns.Resolver({ timeout: tryTimeoutMs, tries: 2 });
  if (!usesSystem(needs.resolver)) resolver.setServers(needs.resolver);
  const cancel = (): void => resolver.cancel();
  needs.signal.addEventListener('abort', cancel, { once: true });
  try {
    return await ask(resolver, name, type);
  } catch (error) {
    if (needs.signal.aborted) throw faultOfAbort(needs.signal);
    const code = codeOf(error);
    if (code === dns.NOTFOUND || code === dns.NODATA) return [];
    throw faultOfCode(code, `${type} of ${name}`) ?? error;
  } finally {
    needs.signal.removeEventListener('abort', cancel);
  }
}

/** Where it stands, name servers beside it are not asked. */
export function usesSystem(resolver: readonly string[]): boolean {
  return resolver.includes('system');
}

/** Null where the failure is none of the name server's. */
export function faultOfCode(code: string, question: string): FaultError | null {
  if (code === dns.TIMEOUT) return new FaultError('timeout', `the name server did not answer for ${question}`);
  if (code === dns.BADRESP || code === dns.BADNAME)
    return new FaultError('malformed', `the name server's answer for ${question} cannot be read (${code})`);
  if (unanswered.has(code)) return new FaultError('unreachable', `the name server gave no answer for ${question} (${code})`);
  return null;
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

const unanswered: ReadonlySet<string> = new Set([
  dns.SERVFAIL,
  dns.REFUSED,
  dns.FORMERR,
  dns.NOTIMP,
  dns.CONNREFUSED,
  'EAI_AGAIN',
  'EAI_FAIL',
]);

function ask(resolver: dns.Resolver, name: string, type: RecordType): Promise<readonly string[]> {
  switch (type) {
    case 'A':
      return resolver.resolve4(name);
    case 'AAAA':
      return resolver.resolve6(name);
    case 'CNAME':
      return resolver.resolveCname(name);
  }
}
