import type { Screen, Style } from './screen.ts';
import type { CellStatus, EndpointStanding } from './standings.ts';

/** In the order in which they are shown: what is in trouble first, what is well as a number. */
const signs: { readonly [S in CellStatus]: { readonly sign: string; readonly style: Style } } = {
  fail: { sign: '✗', style: 'red' },
  unknown: { sign: '?', style: 'yellow' },
  waived: { sign: '~', style: 'cyan' },
  pending: { sign: '…', style: 'dim' },
  pass: { sign: '✓', style: 'green' },
};
const order = ['fail', 'unknown', 'waived', 'pending', 'pass'] as const;

/** More names than this are a number. */
const mostNamed = 4;

/** One line per endpoint: which checks fail, cannot be known or are waived, and how many pass. */
export function renderStandings(standings: readonly EndpointStanding[], paint: Screen['paint']): readonly string[] {
  const nameWidth = Math.max(...standings.map(({ name }) => name.length), 'endpoint'.length);
  const rows = standings.map(({ name, checks }) => {
    const parts = order
      .filter((status) => checks[status].length > 0)
      .map((status) => paint(signs[status].style, describe(status, checks[status])));
    return `${name.padEnd(nameWidth)}  ${parts.join('  ')}`;
  });
  const legend = '✗ fails  ? cannot be known  ~ accepted  ✓ passes';
  return [paint('bold', `${'endpoint'.padEnd(nameWidth)}  ${legend}`), ...rows];
}

function describe(status: CellStatus, checks: readonly string[]): string {
  const { sign } = signs[status];
  const isNamed = status !== 'pass' && status !== 'pending' && checks.length <= mostNamed;
  return isNamed ? checks.map((check) => `${sign} ${check}`).join('  ') : `${sign} ${checks.length}`;
}

/** One line for those that Azure names: how many pass everything, and what the others have. */
export function describeFound(standings: readonly EndpointStanding[], paint: Screen['paint']): string {
  const troubled = order.filter((status) => status !== 'pass');
  const isWell = ({ checks }: EndpointStanding) => troubled.every((status) => checks[status].length === 0);
  const well = standings.filter(isWell).length;
  const others = troubled.flatMap((status) => {
    const checks = standings.flatMap((standing) => standing.checks[status]);
    return [...new Set(checks)].map((check) => {
      const count = checks.filter((each) => each === check).length;
      return paint(signs[status].style, `${signs[status].sign} ${check}: ${count}`);
    });
  });
  const head = `${standings.length} endpoints found in Azure: `;
  if (well === standings.length) return `${head}${paint('green', 'all pass')}`;
  const rest =
    others.length > mostNamed ? paint('yellow', `${standings.length - well} have something in ${others.length} checks`) : others.join('  ');
  return `${head}${paint('green', `${well} pass everything`)}; ${rest}`;
}
