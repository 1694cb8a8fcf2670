import { FaultError } from '../../domain/fault.ts';
import type { AnswerHeaders } from '../azure/retry-after.ts';

/** More than an answer takes on its way, and less than a machine may be silent. */
const mostApartMs = 5 * 60_000;

/**
 * Logs are asked for by the time. By a clock that is ahead all of them are silent; by one that is behind, what was long ago is taken for now. An answer that
 * does not say when it was given is no reason to doubt ours.
 * @throws FaultError `unsupported`
 */
export function refuseWrongClock(headers: AnswerHeaders, host: string, nowMs: number): void {
  const apartMs = nowMs - Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(apartMs) || Math.abs(apartMs) <= mostApartMs) return;
  const where = apartMs > 0 ? 'ahead of' : 'behind';
  const message = `the clock of this machine is more than 5 minutes ${where} the one of ${host}, so that nobody can say what is silent; set it (timedatectl, chronyc tracking)`;
  throw new FaultError('unsupported', message);
}
