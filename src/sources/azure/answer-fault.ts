import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';

/** An answer that is not 2xx, with its body as text. */
export interface RefusedAnswer {
  readonly status: number;
  readonly body: string;
}

const text = z.string().nullish();
const detailSchema = z.looseObject({ code: text, message: text });
const wrappedSchema = z.looseObject({ error: detailSchema.extend({ details: z.array(detailSchema).nullish() }) });
/** As Microsoft.Insights and Microsoft.Web write some of theirs. */
const bareSchema = z.looseObject({ code: z.string(), message: z.string() });
const capitalSchema = z.looseObject({ Code: z.string(), Message: z.string() });

export interface ArmError {
  readonly code: string;
  /** For people, without what changes from request to request. */
  readonly message: string;
  /** In the form that ARM itself gives: `{ error: { code, message } }`. */
  readonly isWrapped: boolean;
}

/** The error of an Azure body; null where it is none, as from something that stands between. */
export function readArmError(body: string): ArmError | null {
  const value = parseJson(body);
  const wrapped = wrappedSchema.safeParse(value).data?.error;
  const found = wrapped ?? readBareError(value);
  const code = found?.code ?? '';
  if (found === null || !/^[\w.:-]{1,100}$/.test(code)) return null;
  // Resource Graph wraps what it has to say in a text about whom to ask, with a time and an id.
  const texts = [...(wrapped?.details ?? []).map((detail) => detail.message), found.message];
  return { code, message: stableText(texts.find((line) => line != null && line !== '') ?? ''), isWrapped: wrapped !== undefined };
}

function readBareError(value: unknown): { readonly code: string; readonly message: string } | null {
  const capital = capitalSchema.safeParse(value).data;
  return capital === undefined ? (bareSchema.safeParse(value).data ?? null) : { code: capital.Code, message: capital.Message };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // No JSON is no ARM error: the caller tells the two apart by it.
    return null;
  }
}

/** Without times, ids of requests, names of people and anything that could be a token; short. */
function stableText(line: string): string {
  const plain = line
    .replace(/(timestamp|correlationid|trackingid|request ?id|trace ?id)\s*[=:]\s*[^\s,;.]+[,;.]?/gi, '')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, '')
    .replace(/bearer\s+\S+/gi, '')
    .replace(/[^\s'"<>(),;:]+@[^\s'"<>(),;:]+/g, '...')
    .replace(/[\w+/=.~-]{48,}/g, (run) => (/^(microsoft\.|\/subscriptions\/)/i.test(run) ? run : '...'))
    .replace(/\s+/g, ' ')
    .trim();
  return plain.length > 300 ? `${plain.slice(0, 299)}…` : plain;
}

/** Resource Graph gives at most 16 MB at once, which is fewer rows than it may be asked for where those are long. */
export function isTooLarge(answer: RefusedAnswer): boolean {
  const error = answer.status === 400 ? wrappedSchema.safeParse(parseJson(answer.body)).data?.error : undefined;
  return [error, ...(error?.details ?? [])].some((one) => one?.code === 'ResponsePayloadTooLarge');
}

/** Codes with which a provider says of one thing that it is not there. Those of a subscription or tenant say that we cannot see it. */
const goneCode = /(NotFound|DoesNotExist)$/i;
const unseenCode = /^(Subscription|Tenant|InvalidSubscription|InvalidAuthenticationTokenTenant)/i;

/** Only ARM's own form counts: what stands between could write a simpler one. */
export function isGone(answer: RefusedAnswer): boolean {
  const error = answer.status === 404 ? readArmError(answer.body) : null;
  return error?.isWrapped === true && goneCode.test(error.code) && !unseenCode.test(error.code);
}

/** What an answer means that no retry can mend. `host` stands in the message, the path does not: one cause, one message. */
export function refusalFault(answer: RefusedAnswer, host: string): FaultError {
  const error = readArmError(answer.body);
  const { status } = answer;
  if (status === 401)
    return new FaultError('denied', `${host} refuses the identity's token${named(error)}; compare azure.cloud with where the tenant is`);
  if (status === 403) return new FaultError('denied', deniedMessage(answer.body, error, host));
  if (status >= 300 && status < 400) return new FaultError('malformed', `${host} answered with a redirect, which is never followed`);
  if (error !== null && unseenCode.test(error.code)) {
    return new FaultError(
      'denied',
      `the identity sees no such subscription${named(error)}; give it the role there, or take the subscription out`,
    );
  }
  if (status === 404) {
    if (error === null) return new FaultError('malformed', `${host} answered 404 without an error of Azure; see what stands between`);
    return new FaultError(goneCode.test(error.code) ? 'partial' : 'unsupported', `Azure found nothing to answer from${named(error)}`);
  }
  if (status >= 500) return new FaultError('unreachable', `${host} answered ${status}${named(error)}`);
  if (error === null) return new FaultError('malformed', `${host} answered ${status} without an error of Azure; see what stands between`);
  return new FaultError('unsupported', `Azure does not accept what was asked${named(error)}: ${error.message}`);
}

function named(error: ArmError | null): string {
  return error === null ? '' : ` (${error.code})`;
}

/** "does not have authorization to perform action 'X' over scope 'Y'": as Azure has worded it for years; tested against recorded answers. */
function deniedMessage(body: string, error: ArmError | null, host: string): string {
  const [, action] = /perform action '([\w.*/-]{1,200})'/.exec(body) ?? [];
  const [, scope] = /over scope '(\/[^']{0,400})'/.exec(body) ?? [];
  if (action === undefined) return `the identity may not read this at ${host}${named(error)}; see its role`;
  const where = scope === undefined ? '' : ` in ${subscriptionOf(scope)}`;
  return `the identity may not perform ${action}${where}; add the action to its role`;
}

/** Of the scope only the subscription: a missing right is one cause, not one for each resource. */
function subscriptionOf(scope: string): string {
  return /^\/subscriptions\/[^/]+/i.exec(scope)?.[0].toLowerCase() ?? scope;
}
