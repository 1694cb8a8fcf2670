import type { Fault } from '../../domain/fault.ts';
import type { NameAnswer, Served, ServedChain, TlsAddress } from '../../transport/tls-facts.ts';
import type { ModernView } from './audit-address.ts';
import { unknownName } from './audit-names.ts';
import { keyKindOf, nothingSeen } from './audit-served.ts';
import type { ModernAnswer } from './modern-chain.ts';
import type { ModernChain } from './modern-handshake.ts';
import type { ModernHello } from './modern-hello.ts';
import { schemesOfSameKey, verifiableSchemes } from './modern-signature.ts';

/** Asks the same peer, each time over a connection of its own. */
export type ModernAsker = (hello: ModernHello) => Promise<ModernAnswer>;

export interface ModernChains {
  readonly chains: readonly ModernChain[];
  /** Why there may be more chains, or why there is none. */
  readonly fault: Fault | null;
}

/**
 * Every chain that a server of TLS 1.3 has, one for each kind of key. A server that knows neither of the protocols of the web is asked without any.
 */
export async function readModernChains(ask: ModernAsker, serverName: string | null): Promise<ModernChains> {
  const asked = await eliminateChains(ask, { serverName, alpn: webProtocols });
  return asked.fault === noCommonProtocol ? await eliminateChains(ask, { serverName, alpn: [] }) : asked;
}

const webProtocols = ['h2', 'http/1.1'];

type ChainHello = Pick<ModernHello, 'serverName' | 'alpn'>;

/**
 * A server is asked again without the schemes of the keys that it showed, until it refuses. Whoever has had enough of us refuses too, so that the last word
 * is a handshake that it accepts.
 */
async function eliminateChains(ask: ModernAsker, hello: ChainHello): Promise<ModernChains> {
  const chains: ModernChain[] = [];
  let schemes = verifiableSchemes;
  while (schemes.length > 0) {
    const answer = await askTwice(ask, { ...hello, signatureSchemes: schemes });
    const [first] = chains;
    if (answer.kind === 'fault') return { chains, fault: answer.fault };
    if (answer.kind === 'chain') {
      chains.push(answer.chain);
      const shown = schemesOfSameKey(answer.chain.signatureScheme);
      schemes = schemes.filter((scheme) => !shown.includes(scheme));
      continue;
    }
    if (first === undefined) return { chains, fault: faultOfRefusal(answer) };
    return { chains, fault: (await isStillShown(ask, hello, first)) ? null : noLongerShown };
  }
  return { chains, fault: null };
}

type Refusal = Exclude<ModernAnswer, { readonly kind: 'chain' | 'fault' }>;

/** A server may have a certificate, and hide it for what signed that: with one or the other of the two questions it shows it. */
async function askTwice(ask: ModernAsker, hello: Omit<ModernHello, 'namesCertificateSchemes'>): Promise<ModernAnswer> {
  const named = await ask({ ...hello, namesCertificateSchemes: true });
  if (named.kind === 'chain' || named.kind === 'fault') return named;
  const unnamed = await ask({ ...hello, namesCertificateSchemes: false });
  // Of two refusals the less plain one is told.
  return unnamed.kind === 'chain' || unnamed.kind === 'fault' || isPlain(named) ? unnamed : named;
}

const handshakeFailure = 40;

/** RFC 8446 4.4.2.2: what a server says that has no certificate for what was offered. */
function isPlain(refusal: Refusal): boolean {
  return refusal.kind === 'alert' && refusal.alert === handshakeFailure;
}

async function isStillShown(ask: ModernAsker, hello: ChainHello, { signatureScheme }: ModernChain): Promise<boolean> {
  return (await askTwice(ask, { ...hello, signatureSchemes: schemesOfSameKey(signatureScheme) })).kind === 'chain';
}

const noLongerShown: Fault = {
  code: 'throttled',
  message: 'it no longer shows the certificate that it showed before, so that its silence about others says nothing',
};
const noCommonProtocol: Fault = { code: 'denied', message: 'it speaks no protocol of the web over TLS 1.3' };

const noApplicationProtocol = 120;

function faultOfRefusal(refusal: Refusal): Fault {
  if (refusal.kind !== 'alert') return { code: 'unreachable', message: 'it hangs up on every whole handshake of TLS 1.3' };
  if (refusal.alert === noApplicationProtocol) return noCommonProtocol;
  return {
    code: refusal.alert === handshakeFailure ? 'unsupported' : 'denied',
    message: `it accepts no handshake of TLS 1.3 that can be completed here (alert ${refusal.alert})`,
  };
}

/** What other names are shown where nothing but TLS 1.3 is accepted, which hides it until the handshake is complete. */
export async function completeOtherNames(names: TlsAddress['otherNames'], ask: ModernAsker): Promise<TlsAddress['otherNames']> {
  if (names === null) return null;
  return { none: await completeName(names.none, null, ask), unknown: await completeName(names.unknown, unknownName, ask) };
}

async function completeName(answer: NameAnswer, name: string | null, ask: ModernAsker): Promise<NameAnswer> {
  if (answer.outcome !== 'answered' || answer.version !== 'TLSv1.3' || answer.certificate !== null) return answer;
  const shown = await readOneChain(ask, name);
  const leaf = shown.kind === 'chain' ? shown.chain.certificates[0] : undefined;
  return { ...answer, certificate: leaf?.toString('base64') ?? null };
}

/** The one that the server shows to whoever takes any. */
async function readOneChain(ask: ModernAsker, serverName: string | null): Promise<ModernAnswer> {
  const hello = { serverName, signatureSchemes: verifiableSchemes };
  const answer = await askTwice(ask, { ...hello, alpn: webProtocols });
  return answer.kind === 'alert' && answer.alert === noApplicationProtocol ? await askTwice(ask, { ...hello, alpn: [] }) : answer;
}

/** What a server of TLS 1.3 serves, and the protocol that it chose, as the fact has them. */
export function viewOfChains({ chains, fault }: ModernChains): ModernView {
  const [first] = chains;
  return {
    served: { chains: chains.map(asServedChain).toSorted(compareChains), fault },
    alpn: first === undefined ? { fault: fault ?? nothingSeen } : { is: first.alpn },
  };
}

function asServedChain({ certificates, staple }: ModernChain): ServedChain {
  return {
    keyKind: keyKindOf(certificates[0] ?? Buffer.alloc(0)),
    version: 'TLSv1.3',
    certificates: certificates.map((der) => der.toString('base64')),
    staple: staple?.toString('base64') ?? null,
  };
}

/** The chains of two versions, each once, as the first has it; a staple that only one of them brought is kept. */
export function mergeServed(first: Served, second: Served): Served {
  const stapleOf = (chain: ServedChain): string | null => second.chains.find((other) => isSame(chain, other))?.staple ?? null;
  const added = second.chains.filter((chain) => !first.chains.some((other) => isSame(chain, other)));
  const kept = first.chains.map((chain) => ({ ...chain, staple: chain.staple ?? stapleOf(chain) }));
  // That nothing can be seen without a whole handshake is no longer so once there was one.
  const fault = first.fault === nothingSeen ? second.fault : (first.fault ?? second.fault);
  return { chains: [...kept, ...added].toSorted(compareChains), fault };
}

function isSame(one: ServedChain, other: ServedChain): boolean {
  return one.certificates.length === other.certificates.length && one.certificates.every((der, index) => der === other.certificates[index]);
}

function compareChains(one: ServedChain, other: ServedChain): number {
  const [left = '', right = ''] = [one, other].map(({ keyKind, certificates }) => `${keyKind} ${certificates.join(' ')}`);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
