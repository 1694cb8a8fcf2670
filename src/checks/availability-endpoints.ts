import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { type AddressVerdict, judgeAddresses } from '../domain/judge-addresses.ts';
import type { Endpoint } from '../domain/subject.ts';
import { type AnswerTime, answerTimes } from '../transport/answer-times.ts';
import { endpointUrl } from '../transport/redirect-target.ts';
import { type AnswerVerdict, judgeAnswers, type PathKind, type SecurePort, secureFactOf } from '../transport/secure-answers.ts';

const answerTime = z.literal(answerTimes);
/** In seconds, from the connection attempt to the end of the header. */
const parameters = z.strictObject({ responseWithin: answerTime.default(2.5) });
interface Answer extends PathKind {
  readonly status: number;
  readonly answeredWithin: AnswerTime;
}

export const check = defineCheck({
  title: 'Every configured path answers, without error and in time',
  claims: [{ claim: 'monitored-24-7', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters,
  subjects: 'endpoint',
  needs: { https: secureFactOf({ status: z.int(), answeredWithin: answerTime }) },
  whenNone: 'unknown',
  judge: (subject, { https }, { parameters }) => {
    const verdicts = https.addresses.flatMap((seen) => judgePort(subject, seen, parameters.responseWithin));
    const rule = 'status, answeredWithin';
    return [
      judgeAddresses({ interpretation: 'literal', expected: 'every path was measured, well or not', rule }, verdicts.map(measured)),
      judgeAddresses(
        {
          interpretation: 'intent',
          expected: `every path answers with a status below 500 within ${parameters.responseWithin} s`,
          rule,
        },
        verdicts,
      ),
    ];
  },
  repeat: (subject) =>
    subject.httpPaths
      .map((path) => {
        const url = endpointUrl(subject, 'https', path).replaceAll("'", '%27');
        return `curl -sSk -m 15 -o /dev/null -w '%{remote_ip} %{http_code} %{time_starttransfer}\\n' '${url}'`;
      })
      .join('; '),
  mend: 'Look at the server behind this address: whether it runs, what its error log says of this path, and what it waits for.',
});

/** A port that is silent is down only where the same address was seen to answer elsewhere: else we may be the ones who are cut off. */
function judgePort(subject: Endpoint, seen: SecurePort<Answer>, responseWithin: AnswerTime): readonly AddressVerdict[] {
  const { address, outcome, otherPortAnswers } = seen;
  if (outcome === 'refused') return [{ address, observed: `port ${subject.port} refuses`, rule: 'outcome', status: 'fail' }];
  if (outcome === 'silent' && otherPortAnswers === true)
    return [
      {
        address,
        observed: `port ${subject.port} is silent, port ${subject.httpPort} answers`,
        rule: 'outcome, otherPortAnswers',
        status: 'fail',
      },
    ];
  const configured = { ...seen, paths: seen.paths.filter(({ kind }) => kind === 'configured') };
  return judgeAnswers(subject, configured, false, (answer) => [judgeAnswer(answer, responseWithin)]);
}

function judgeAnswer({ path, status, answeredWithin }: Answer, responseWithin: AnswerTime): AnswerVerdict {
  if (status >= 500) return { observed: `${path} answered ${status}`, rule: 'status', status: 'fail' };
  if (answeredWithin > responseWithin)
    return { observed: `${path} took more than ${responseWithin} s (at most ${answeredWithin} s)`, rule: 'answeredWithin', status: 'fail' };
  return { observed: 'every path answers in time', status: 'pass' };
}

/** What was seen to fail was measured as well as what was seen to pass. */
function measured(verdict: AddressVerdict): AddressVerdict {
  if (verdict.status === 'unknown') return verdict;
  return { address: verdict.address, observed: 'measured', status: 'pass' };
}
