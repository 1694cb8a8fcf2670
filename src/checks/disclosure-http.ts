import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { faultCodes } from '../domain/fault.ts';
import { judgeAddresses } from '../domain/judge-addresses.ts';
import { type Disclosure, findDisclosures } from '../transport/disclosure.ts';
import { endpointUrl } from '../transport/redirect-target.ts';
import { type AnswerVerdict, judgeAnswers, type PathKind, secureFactOf } from '../transport/secure-answers.ts';

const kinds = ['version', 'region', 'service', 'internal-name'] as const satisfies readonly Disclosure['what'][];
const product = z.object({ header: z.string(), value: z.string() });
const disclosure = z.object({ where: z.string(), what: z.enum(kinds), text: z.string() });
const pageFault = z.object({ code: z.enum(faultCodes), message: z.string() });
type Told = z.infer<typeof disclosure>;
interface Answer extends PathKind {
  readonly products: readonly z.infer<typeof product>[];
  readonly disclosures: readonly Told[];
  readonly pageFault?: z.infer<typeof pageFault> | undefined;
}

export const check = defineCheck({
  title: 'No header and no error page tells a version or a region',
  claims: [{ claim: 'not-publicized', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: 'endpoint',
  needs: { https: secureFactOf({ products: z.array(product), disclosures: z.array(disclosure), pageFault: pageFault.optional() }) },
  whenNone: 'unknown',
  judge: (subject, { https }) => [
    judgeAddresses(
      {
        interpretation: 'literal',
        expected: 'no product, version, service or region is named in headers and error pages',
        rule: 'headers, error page',
      },
      https.addresses.flatMap((seen) => judgeAnswers<Answer>(subject, seen, true, (answer) => judgeAnswer(answer, kinds, true))),
    ),
    judgeAddresses(
      {
        interpretation: 'intent',
        expected: 'no version number and no region stands in headers and error pages',
        rule: 'headers, error page',
      },
      https.addresses.flatMap((seen) =>
        judgeAnswers<Answer>(subject, seen, true, (answer) => judgeAnswer(answer, ['version', 'region'], false)),
      ),
    ),
  ],
  repeat: (subject) =>
    [...subject.httpPaths, '/.claimwatch/no-such-page']
      .map((path) => `curl -sSki '${endpointUrl(subject, 'https', path).replaceAll("'", '%27')}'`)
      .join('; '),
  mend: 'Remove the header, or the number in it (nginx: server_tokens off; IIS: removeServerHeader; ASP.NET: enableVersionHeader="false"), and serve error pages of your own.',
});

function judgeAnswer(answer: Answer, unwanted: readonly Disclosure['what'][], products: boolean): readonly AnswerVerdict[] {
  const named = products ? answer.products.filter(({ value }) => value.trim() !== '') : [];
  const told = toldOf(answer).filter(({ what }) => unwanted.includes(what));
  const failing: readonly AnswerVerdict[] = [
    ...named.map(
      ({ header, value }) => ({ observed: `${answer.path}: ${header}: ${shorten(value)}`, rule: header, status: 'fail' }) as const,
    ),
    ...told.map(
      ({ where, what, text }) =>
        ({ observed: `${answer.path}: ${what} "${shorten(text)}" (${where})`, rule: where, status: 'fail' }) as const,
    ),
  ];
  if (answer.pageFault === undefined)
    return failing.length > 0 ? failing : [{ observed: 'headers and error page tell nothing', status: 'pass' }];
  return [...failing, { observed: `${answer.path}: ${answer.pageFault.message}`, status: 'unknown', reason: answer.pageFault.code }];
}

/** What the headers that name software tell beyond the name is read here, since their values are facts. */
function toldOf({ products, disclosures }: Answer): readonly Told[] {
  const inProducts = products.flatMap(({ header, value }) =>
    findDisclosures(`${header}: ${value}`).map(({ what, text }) => ({ where: `header ${header}`, what, text })),
  );
  return [...inProducts, ...disclosures];
}

const mostCharacters = 80;

function shorten(text: string): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters)}...`;
}
