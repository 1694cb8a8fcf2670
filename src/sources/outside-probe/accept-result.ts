import { FaultError } from '../../domain/fault.ts';
import { type ProbeResult, probeResultSchema } from './probe-result.ts';
import { openEnvelope, readPublicKey } from './signed-result.ts';

export interface Expectations {
  readonly publicKey: string;
  /** Name of the vantage that has to have looked. */
  readonly vantage: string;
  readonly maxResultAgeMs: number;
  readonly nowMs: number;
}

/** How far the vantage's clock may run ahead of ours. */
const mostAheadMs = 300_000;

/**
 * A result that this key signed, from this vantage, and not too old.
 * @throws FaultError `malformed` where it is none; `partial` where it is of another time.
 */
export function acceptResult(envelope: string, expected: Expectations): ProbeResult {
  const result = parseResult(openSigned(envelope, expected.publicKey));
  if (result.vantage.name !== expected.vantage) {
    const got = `the probe's result is from the vantage ${JSON.stringify(result.vantage.name)}`;
    throw new FaultError('malformed', `${got}, expected ${JSON.stringify(expected.vantage)}; run the probe there, or name this vantage`);
  }
  refuseOtherTimes(result, expected);
  return result;
}

function openSigned(envelope: string, key: string): string {
  const publicKey = readPublicKey(key);
  if (publicKey === null) throw new FaultError('malformed', 'the public key of the probe cannot be read');
  const opened = openEnvelope(envelope, publicKey);
  if (opened.kind === 'signed') return opened.text;
  if (opened.kind === 'malformed')
    throw new FaultError('malformed', 'this is no signed result of "claimwatch probe"; it may have been cut off');
  throw new FaultError(
    'malformed',
    'the probe\'s result is not signed with the configured key; name the key that "claimwatch probe" signs with, or find out who wrote it',
  );
}

function parseResult(text: string): ProbeResult {
  const parsed = probeResultSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new FaultError('malformed', "the probe's result is signed, but cannot be read; run the same version of claimwatch at the vantage");
}

/** Its own text is not quoted: it may be anything. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refuseOtherTimes({ startedAt, finishedAt }: ProbeResult, { nowMs, maxResultAgeMs }: Expectations): void {
  if (Date.parse(finishedAt) > nowMs + mostAheadMs)
    throw new FaultError(
      'partial',
      `the probe's result is from ${finishedAt}, which is still to come; set the clock of the vantage, or ours`,
    );
  if (Date.parse(startedAt) < nowMs - maxResultAgeMs)
    throw new FaultError(
      'partial',
      `the probe's result is from ${startedAt}, which is too old; run "claimwatch probe" again, on a schedule`,
    );
}
