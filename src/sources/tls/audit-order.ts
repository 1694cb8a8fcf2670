import type { SuitesOfVersion } from '../../transport/tls-facts.ts';
import type { AskChoice, Choice } from './eliminate.ts';
import { fewSuites, suiteRoom } from './hello-forms.ts';
import { nameOfSuite } from './listed.ts';
import type { OpenedVersion } from './open-version.ts';

type Order = Pick<SuitesOfVersion, 'order' | 'preferred'>;

const nothingToSay: Order = { order: null, preferred: null };

/**
 * Whose order decides: what is accepted is offered forwards and backwards. Some servers prefer ChaCha20 only where the client puts it first, so that it never
 * comes first here; others let the client choose among equals, which is the server's order too.
 */
export async function auditOrder(opened: OpenedVersion, accepted: readonly number[], ask: AskChoice): Promise<Order> {
  const [forwards, backwards] = bothWays(
    opened,
    [...accepted].toSorted((a, b) => a - b),
  );
  if (accepted.length < 2 || forwards === undefined || backwards === undefined) return nothingToSay;
  const [ahead, back] = (await Promise.all([ask(forwards), ask(backwards)])).map((choice) => among(accepted, choice));
  if (ahead === undefined || ahead === null || back === undefined || back === null) return nothingToSay;
  // Among all only where all had room.
  if (ahead === back) return { order: 'server', preferred: accepted.every((code) => forwards.includes(code)) ? nameOfSuite(ahead) : null };
  const isFirstOf = (order: readonly number[], code: number): boolean => order.find((one) => accepted.includes(one)) === code;
  if (!isFirstOf(forwards, ahead) || !isFirstOf(backwards, back)) return { order: 'server', preferred: null };
  if (accepted.length === 2) return { order: 'client', preferred: null };
  const middle = accepted.find((code) => code !== ahead && code !== back && !isChaCha(code)) ?? null;
  if (middle === null) return { order: 'client', preferred: null };
  const third = among(accepted, await ask([middle, ...forwards.filter((code) => code !== middle)]));
  if (third === null) return nothingToSay;
  return { order: third === middle ? 'client' : 'server', preferred: null };
}

function among(accepted: readonly number[], choice: Choice): number | null {
  return choice.kind === 'took' && accepted.includes(choice.code) ? choice.code : null;
}

function bothWays({ version, form }: OpenedVersion, sorted: readonly number[]): readonly (readonly number[])[] {
  const most = suiteRoom(form) - 1;
  const others = sorted.filter((code) => !isChaCha(code));
  const chaCha = sorted.filter(isChaCha);
  const [first, ...rest] = others;
  if (first === undefined) return [sorted.slice(0, most), sorted.slice(0, most).toReversed()];
  const ordered = [first, ...chaCha, ...rest].slice(0, most);
  if (rest.length > 0) return [ordered, ordered.toReversed()];
  // One that is refused stands in front instead.
  const refused = fewSuites(version)
    .filter((code) => !sorted.includes(code) && !isChaCha(code))
    .slice(0, 1);
  return [
    [...refused, ...ordered],
    [...refused, ...ordered.toReversed()],
  ];
}

function isChaCha(code: number): boolean {
  return nameOfSuite(code).includes('CHACHA20');
}
