import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { canonicalJson } from '../../../src/evidence/canonical-json.ts';
import type { ProbeResult } from '../../../src/sources/outside-probe/probe-result.ts';
import { publicKeyText, signText } from '../../../src/sources/outside-probe/signed-result.ts';

/** When the tests' results are read. */
export const readAt = '2026-11-24T12:00:00.000Z';

export interface ProbeKey {
  readonly privateKey: KeyObject;
  readonly publicKey: string;
}

export function makeKey(): ProbeKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKeyText(publicKey) };
}

/** One address, of which 443 answers and 22 refuses. */
export function makeResult(changes: Partial<ProbeResult> = {}): ProbeResult {
  return {
    version: 1,
    vantage: { name: 'outside', egressAddress: '198.51.100.20' },
    startedAt: '2026-11-24T11:00:00.000Z',
    finishedAt: '2026-11-24T11:01:00.000Z',
    probed: [{ address: '203.0.113.7', ports: '22, 80, 443', accepted: [443], refused: [22] }],
    ...changes,
  };
}

export function signResult(result: object, { privateKey }: ProbeKey): string {
  return signText(canonicalJson({ ...result }), privateKey);
}
