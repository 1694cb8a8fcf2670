import { z } from 'zod';
import { type FaultCode, faultCodes } from '../domain/fault.ts';
import type { AddressVerdict } from '../domain/judge-addresses.ts';
import type { Endpoint } from '../domain/subject.ts';

type Fault = { readonly code: FaultCode; readonly message: string };

/** `error-page`: a path that surely does not exist, asked for its error page. */
export interface PathKind {
  readonly path: string;
  readonly kind: 'configured' | 'error-page';
}

/** One address of the fact `https`, with as much of its answers as a check reads. */
export interface SecurePort<Answer extends PathKind> {
  readonly address: string;
  readonly outcome: 'answered' | 'refused' | 'silent' | 'fault';
  readonly fault?: Fault | undefined;
  readonly otherPortAnswers: boolean | null;
  readonly paths: readonly (Answer | (PathKind & { readonly fault: Fault }))[];
}

/** What a verdict is, apart from the address. */
export type AnswerVerdict = { readonly observed: string; readonly rule?: string } & (
  | { readonly status: 'pass' | 'fail' }
  | { readonly status: 'unknown'; readonly reason: FaultCode }
);

const fault = z.object({ code: z.enum(faultCodes), message: z.string() });
const pathKind = { path: z.string(), kind: z.enum(['configured', 'error-page']) };

/** The schema of the fact `https`, with the fields of an answer that a check reads. */
export function secureFactOf<Shape extends z.ZodRawShape>(answer: Shape) {
  // A fault comes first: an entry that holds both is not seen.
  const path = z.union([z.object({ ...pathKind, fault }), z.object({ ...pathKind, ...answer })]);
  return z.object({
    addresses: z.array(
      z.object({
        address: z.string(),
        outcome: z.enum(['answered', 'refused', 'silent', 'fault']),
        fault: fault.optional(),
        otherPortAnswers: z.boolean().nullable(),
        paths: z.array(path),
      }),
    ),
  });
}

/**
 * Judges every answer of an address; what did not answer is unknown, whatever the question: that a port refuses says nothing of what it would have said.
 * A configured path that was not asked, and an error page where `wantsErrorPage`, are unknown too.
 */
export function judgeAnswers<Answer extends PathKind>(
  subject: Endpoint,
  seen: SecurePort<Answer>,
  wantsErrorPage: boolean,
  judge: (answer: Answer) => readonly AnswerVerdict[],
): readonly AddressVerdict[] {
  const { address } = seen;
  const notSeen = (observed: string, reason: FaultCode): AddressVerdict => ({ address, observed, status: 'unknown', reason });
  switch (seen.outcome) {
    case 'refused':
      return [notSeen(`port ${subject.port} refuses`, 'unreachable')];
    case 'silent':
      return [notSeen(`port ${subject.port} is silent`, 'timeout')];
    case 'fault':
      return [notSeen(seen.fault?.message ?? 'not seen', seen.fault?.code ?? 'malformed')];
    case 'answered': {
      const verdicts = seen.paths.flatMap((path) =>
        isUnseen(path)
          ? [notSeen(`${path.path}: ${path.fault.message}`, path.fault.code)]
          : judge(path).map((verdict): AddressVerdict => ({ address, ...verdict })),
      );
      return [...missingOf(subject, seen, wantsErrorPage).map((what) => notSeen(`${what} was not asked`, 'partial')), ...verdicts];
    }
  }
}

function isUnseen<Answer extends PathKind>(path: SecurePort<Answer>['paths'][number]): path is PathKind & { readonly fault: Fault } {
  return 'fault' in path;
}

function missingOf(subject: Endpoint, { paths }: Pick<SecurePort<PathKind>, 'paths'>, wantsErrorPage: boolean): readonly string[] {
  const configured = paths.filter(({ kind }) => kind === 'configured').map(({ path }) => path);
  const missing = subject.httpPaths.filter((path) => !configured.includes(path));
  const lacksErrorPage = wantsErrorPage && !paths.some(({ kind }) => kind === 'error-page');
  return [...missing, ...(lacksErrorPage ? ['an error page'] : []), ...(paths.length === 0 ? ['any path'] : [])];
}
