import { z } from 'zod';
import { askProgram } from './ask-program.ts';

const findingStatus = z.enum(['pass', 'fail', 'unknown', 'waived']);
const standingsSchema = z.array(
  z.object({
    check: z.string(),
    interpretation: z.enum(['literal', 'intent']),
    because: z.string().nullable(),
    counts: z.record(findingStatus, z.number()),
    findings: z.array(z.object({ subject: z.string(), status: findingStatus })),
  }),
);

/** How a check's interpretation stands, as `claimwatch findings --json` says. */
export type Standing = z.infer<typeof standingsSchema>[number];

/** What is shown of one endpoint under one check; `pending`: no run yet. */
export type CellStatus = z.infer<typeof findingStatus> | 'pending';

/** An endpoint with the checks by what they came to. */
export interface EndpointStanding {
  readonly name: string;
  readonly checks: { readonly [S in CellStatus]: readonly string[] };
}

/** Asks the program for what was recorded, as anybody would. Rejects where it ends badly. */
export async function readStandings(configFolder: string, signal: AbortSignal): Promise<readonly Standing[]> {
  return standingsSchema.parse(JSON.parse(await askProgram(['findings', '--json'], configFolder, signal)));
}

/** Under the intent of the claims: literally, most of the sentences can only be refuted. */
export function standingOf(
  { name, subject }: { readonly name: string; readonly subject: string },
  standings: readonly Standing[],
  endpointCount: number,
): EndpointStanding {
  const checks: { [S in CellStatus]: string[] } = { fail: [], unknown: [], waived: [], pass: [], pending: [] };
  for (const standing of standings) {
    if (standing.interpretation === 'intent') checks[cellOf(subject, standing, endpointCount)].push(standing.check);
  }
  return { name, checks };
}

/** Passes are counted, not named: a subject without a finding passed only where the counts say that everybody was judged, and lately. */
function cellOf(subject: string, standing: Standing, endpointCount: number): CellStatus {
  const found = standing.findings.find((finding) => finding.subject === subject);
  if (found !== undefined) return found.status;
  const { pass, fail, unknown, waived } = standing.counts;
  if (pass + fail + unknown + waived === 0) return 'pending';
  return standing.because !== 'stale' && pass === endpointCount - standing.findings.length ? 'pass' : 'unknown';
}
