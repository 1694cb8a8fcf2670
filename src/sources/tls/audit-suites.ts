import type { SuitesOfVersion } from '../../transport/tls-facts.ts';
import type { Notes } from './audit-notes.ts';
import { auditOrder } from './audit-order.ts';
import { eliminate } from './eliminate.ts';
import { helloOf, mayStaple } from './hello-forms.ts';
import { joinAll, listed, nameOfSuite } from './listed.ts';
import { choiceOf, type OpenedVersion } from './open-version.ts';

/** Every suite that the peer accepts in a version, and whose order decides. */
export async function auditSuites(notes: Notes, opened: OpenedVersion, serverName: string | null): Promise<SuitesOfVersion> {
  const { version, form } = opened;
  const ask = async (suites: readonly number[]) => {
    const hello = helloOf(version, serverName, form, { suites, asksStaple: mayStaple(version, form) });
    return choiceOf(version, await notes.ask(hello, version === 'TLSv1.3' ? 'hello' : 'flight'));
  };
  const parts = await Promise.all(opened.chunks.map(({ offered, first }) => eliminate(offered, ask, first)));
  const found = joinAll(parts);
  return { ...listed(found, nameOfSuite), ...(await auditOrder(opened, found.accepted, ask)) };
}
