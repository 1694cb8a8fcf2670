import { type Check, describeSubjects, interpretationsOf } from '../domain/check.ts';
import type { Finding } from '../domain/finding.ts';

/** The subject of a finding about a whole, empty population. */
export const wholePopulation = '*';

/** No subject is never a pass. */
export function judgeEmptyPopulation(check: Check): readonly Finding[] {
  return interpretationsOf(check).map((interpretation) => {
    const explained = {
      interpretation,
      subject: wholePopulation,
      expected: `at least one ${describeSubjects(check)} to judge`,
      observed: `no ${describeSubjects(check)} is configured or was found${orChosen(check)}`,
      rule: 'no findings is never pass',
    };
    return check.whenNone === 'fail'
      ? { ...explained, status: 'fail', response: check.response }
      : { ...explained, status: 'unknown', reason: 'none-seen', cause: null };
  });
}

/** Of the resources that were found a look may choose those that its options name. */
function orChosen(check: Check): string {
  const others = Object.keys(check.needs).filter((kind) => kind !== 'resource');
  return typeof check.subjects === 'string' || others.length === 0 ? '' : `, or none is chosen for ${others.join(', ')}`;
}
