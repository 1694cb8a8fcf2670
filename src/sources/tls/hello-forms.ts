import { FaultError } from '../../domain/fault.ts';
import { type CipherSuite, suitesOfVersion } from '../../transport/cipher-suites.ts';
import type { ProtocolVersion } from '../../transport/protocol-versions.ts';
import { mostSuites, usualHello } from './client-hello.ts';
import { dealOut } from './eliminate.ts';
import type { Hello } from './hello.ts';
import { canAgreeIn, makeKeyShare } from './modern-groups.ts';

/**
 * How a hello is made for peers that do not bear every one. `full`: as much as there is. `small`: below 256 bytes. `bare`: small, and without extensions.
 * `with-shares`: of TLS 1.3, for peers that never ask for a key share.
 */
export type HelloForm = 'full' | 'small' | 'bare' | 'with-shares';

/** Suites that many servers have, by their codes: each question should meet some of them, so that many questions can be asked at once. */
const likelySuites: readonly number[] = [
  0xc02f, 0xc030, 0xcca8, 0xc02b, 0xc02c, 0xcca9, 0x002f, 0x0035, 0x000a, 0x009c, 0x009d, 0xc027, 0xc013, 0xc014, 0xc028, 0xc009, 0xc00a,
  0x0005, 0x009e, 0x009f, 0xccaa, 0x0033, 0x0039, 0x0016, 0x003c, 0x003d, 0x0067, 0x006b, 0x0041, 0x0084,
];

const suitesPerHello: { readonly [F in HelloForm]: number } = { full: 75, 'with-shares': 75, small: 16, bare: 16 };

/** How many suites a hello of this form has room for. */
export function suiteRoom(form: HelloForm): number {
  return form === 'small' || form === 'bare' ? suitesPerHello.small : mostSuites;
}

/** All suites of a version, dealt out so that each hello of this form has room for them. */
export function suiteChunks(version: ProtocolVersion, form: HelloForm): readonly (readonly number[])[] {
  const all = suitesOfVersion(version).map(({ code }) => code);
  const ordered = [...likelySuites.filter((code) => all.includes(code)), ...all.filter((code) => !likelySuites.includes(code))];
  return dealOut(ordered, Math.ceil(ordered.length / suitesPerHello[form]));
}

const smallGroups: readonly number[] = [0x001d, 0x0017, 0x0018];
const smallSchemes: readonly number[] = [0x0403, 0x0804, 0x0401, 0x0503, 0x0501, 0x0201];

export function helloOf(version: ProtocolVersion, serverName: string | null, form: HelloForm, change: Partial<Hello>): Hello {
  switch (form) {
    case 'full':
      return usualHello(version, serverName, change);
    case 'small':
      return usualHello(version, serverName, { groups: smallGroups, signatureSchemes: smallSchemes, ...change });
    case 'bare':
      return usualHello(version, serverName, { hasExtensions: false, ...change });
    case 'with-shares':
      return withShares(usualHello(version, serverName, change));
  }
}

/** Only groups for which there is a share: a peer that never asks for one could do nothing with the others. */
function withShares(hello: Hello): Hello {
  const keyShares = hello.groups.flatMap(sharesIn);
  return { ...hello, groups: keyShares.map(({ group }) => group), keyShares };
}

/** None in a group that we, or this Node, cannot agree on a key in. */
function sharesIn(group: number): Hello['keyShares'] {
  if (!canAgreeIn(group)) return [];
  try {
    return [{ group, key: makeKeyShare(group).key }];
  } catch (error) {
    if (error instanceof FaultError) return [];
    throw error;
  }
}

/** Whether a staple can come in the clear. To who is asked without extensions nobody staples anything. */
export function mayStaple(version: ProtocolVersion, form: HelloForm): boolean {
  return version !== 'TLSv1.3' && form !== 'bare';
}

/** Forms to try where a peer does not bear the full one, the fullest first. Who bears a small one in TLS 1.3 does ask for key shares. */
export function otherForms(version: ProtocolVersion): readonly HelloForm[] {
  if (version === 'SSLv3') return ['bare'];
  return version === 'TLSv1.3' ? ['small', 'with-shares'] : ['small', 'bare'];
}

/** Few that nearly every server has one of. */
export function fewSuites(version: ProtocolVersion): readonly number[] {
  return version === 'TLSv1.3' ? modernSuites : likelySuites.slice(0, suitesPerHello.small);
}

const modernSuites: readonly number[] = suitesOfVersion('TLSv1.3').map(({ code }) => code);

/** Suites whose key exchange is in a named curve. */
export const curveSuites: readonly number[] = suitesOfVersion('TLSv1.2')
  .filter(hasCurve)
  .map(({ code }) => code);

function hasCurve({ name }: CipherSuite): boolean {
  return /^TLS_ECDH(E|_anon)_/.test(name) && !/^TLS_ECDH_(RSA|ECDSA)_/.test(name);
}
