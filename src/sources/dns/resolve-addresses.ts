import { promises as dns } from 'node:dns';
import { isIP } from 'node:net';
import { FaultError } from '../../domain/fault.ts';
import { untilAborted } from '../until-aborted.ts';
import { type AddressClass, classifyAddress } from './address-class.ts';
import { askNameServer, codeOf, faultOfCode, type NameServerNeeds, usesSystem } from './name-server.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
  readonly addressClass: AddressClass;
}

export interface ResolveNeeds extends NameServerNeeds {
  readonly families: readonly (4 | 6)[];
}

/**
 * All addresses of a host in the families asked for, at least one, sorted as text; an IP literal is its own address.
 * A family that has no records is fine where the other has some; a family that could not be asked is a fault, or addresses would go unseen.
 * @throws FaultError `unreachable` (no such name, no address, no answer from a name server), `timeout`, `malformed`.
 */
export async function resolveAddresses(host: string, needs: ResolveNeeds): Promise<readonly ResolvedAddress[]> {
  const literal = literalOf(host);
  const found = literal === null ? await addressesOf(host, needs) : [literal];
  const wanted = [...new Set(found)].map(describeAddress).filter((address) => needs.families.includes(address.family));
  if (wanted.length === 0) {
    throw new FaultError('unreachable', `${host} has no ${needs.families.map((family) => `IPv${family}`).join(' or ')} address`);
  }
  return wanted.toSorted((a, b) => (a.address < b.address ? -1 : 1));
}

/** More addresses than this are connected to by nobody's wish, and leaving some out would hide them. */
const mostAddresses = 16;

/**
 * The addresses of a host for whoever connects to each of them.
 * @throws FaultError as `resolveAddresses`, and `partial` where there are more than 16.
 */
export async function resolveForProbes(host: string, needs: ResolveNeeds): Promise<readonly ResolvedAddress[]> {
  const addresses = await resolveAddresses(host, needs);
  if (addresses.length > mostAddresses) throw new FaultError('partial', `${host} has more than ${mostAddresses} addresses`);
  return addresses;
}

/** The address that a host is, without the brackets of an IPv6 literal; null for a name. */
export function literalOf(host: string): string | null {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? null : bare;
}

async function addressesOf(host: string, needs: ResolveNeeds): Promise<readonly string[]> {
  if (usesSystem(needs.resolver)) return lookUp(host, needs.signal);
  const answers = await Promise.all(needs.families.map((family) => askNameServer(host, family === 4 ? 'A' : 'AAAA', needs)));
  return answers.flat();
}

/** Known hole: getaddrinfo may leave out a family whose query failed, and nothing in its answer says so. */
async function lookUp(host: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const found = await untilAborted(dns.lookup(host, { all: true, order: 'verbatim' }), signal);
    return found.map((entry) => entry.address);
  } catch (error) {
    const code = codeOf(error);
    if (code === dns.NOTFOUND || code === dns.NODATA) return [];
    throw faultOfCode(code, `addresses of ${host}`) ?? error;
  }
}

function describeAddress(address: string): ResolvedAddress {
  return { address, family: isIP(address) === 6 ? 6 : 4, addressClass: classifyAddress(address) };
}
