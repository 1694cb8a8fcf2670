import { type Finding, isUnrefuted } from '../domain/finding.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Waiver } from '../domain/waiver.ts';
import { applyWaivers, keyOf, type PreviousFindings, stillFailing } from './carry.ts';
import { wholePopulation } from './judge-empty-population.ts';

/** What is known of the index that the facts came from, which may lag behind the truth. */
export interface LaggingIndex {
  /** What the verdict on the subject rests on was read at the origin. */
  isConfirmed(subject: string): boolean;
  /** The origin was asked for the subject in this look, and said that it is not there. */
  isGoneAtOrigin(subject: string): boolean;
  /** False where the verdict may rest on there being no row of another kind, for which the origin cannot be asked. */
  canConfirm(subject: string): boolean;
  /** The subject's own row was read at the origin, whatever else the verdict rests on. */
  isRead(subject: string): boolean;
  /** The origin was asked since the complete look, and answered for somebody. */
  readonly answers: boolean;
  /** When the complete look behind the facts began. */
  readonly dataAsOf: Timestamp;
  /** Who failed before and is not in the population any more, though nobody took it out. */
  readonly gone: readonly string[];
  /** In force: what they cover has no alert that others could join. */
  readonly waivers: readonly Waiver[];
}

export interface Held {
  readonly findings: readonly Finding[];
  /** Subjects whose news the origin could confirm, ordered. */
  readonly toConfirm: readonly string[];
  /** Subjects that the index holds no more and of which the origin did not say so: with the findings that stay. */
  readonly missing: readonly string[];
}

/**
 * News of an index that may lag open and close nothing before the origin, or where that cannot be asked the next complete look, says the same.
 * A new fail joins fails that stand; where none does it is unknown. A fail that seems mended, or whose subject seems gone, stays.
 */
export function holdUnconfirmed(findings: readonly Finding[], previous: PreviousFindings | null, index: LaggingIndex): Held {
  // Of thousands that nobody can know, none holds anything back.
  const before = bySubject((previous?.notPass ?? []).filter((finding) => finding.status !== 'unknown' || finding.reason === 'unconfirmed'));
  const isLater = previous !== null && index.dataAsOf > (previous.indexAsOf ?? previous.dataAsOf);
  const toConfirm = new Set<string>();
  const mended = new Map<Finding, Finding>();
  const held = findings.map((finding): Finding => {
    // Of 100,000 that pass nearly none is known from before: no key is made for each of them.
    const known = before.get(finding.subject)?.find(({ interpretation }) => interpretation === finding.interpretation);
    if (finding.status === 'pass' || isUnrefuted(finding)) return holdMended(finding, known);
    return finding.status === 'fail' && finding.subject !== wholePopulation ? holdFail(finding, known, isLater) : finding;
  });

  function holdMended(finding: Finding, known: Finding | undefined): Finding {
    if (known === undefined || (known.status !== 'fail' && known.status !== 'waived')) return finding;
    if (index.isConfirmed(finding.subject)) return finding;
    toConfirm.add(finding.subject);
    const kept = stays(known, previous?.dataAsOf ?? index.dataAsOf, 'it seems mended; this is not confirmed yet');
    if (known.lastSeen?.reason === 'unconfirmed' && isLater) mended.set(kept, finding);
    return kept;
  }

  function holdFail(finding: Finding, known: Finding | undefined, isAgreed: boolean): Finding {
    const stood = known?.status === 'fail' || known?.status === 'waived';
    if (stood || index.isConfirmed(finding.subject)) return finding;
    const waited = known?.status === 'unknown' && known.reason === 'unconfirmed';
    toConfirm.add(finding.subject);
    // Its own row said so; of the others there are too many, or the origin had no answer for one of them: it may never have.
    if (index.isRead(finding.subject) && waited && isAgreed) return finding;
    return unconfirmed(finding);
  }

  const missing = index.gone.filter((subject) => !index.isGoneAtOrigin(subject));
  for (const subject of missing) toConfirm.add(subject);
  const remaining = missing
    .flatMap((subject) => before.get(subject) ?? [])
    .filter((finding) => finding.status === 'fail' || finding.status === 'waived')
    .map((finding) =>
      stays(finding, previous?.dataAsOf ?? index.dataAsOf, 'it is not listed any more; the origin did not confirm that it is gone'),
    );
  const asked = [...toConfirm].sort();
  const first = new Set(asked.slice(0, confirmedAtOnce));
  const settled = held.map((finding) => {
    const agreed = mended.get(finding);
    return agreed !== undefined && mayAgree(agreed.subject, first, index) ? agreed : finding;
  });
  return { findings: joinStanding([...settled, ...remaining], findings, index.waivers), toConfirm: asked, missing };
}

/** At most this many subjects are read at the origin for one judgement: an outage of half the estate must not become an outage of the origin. */
export const confirmedAtOnce = 20;

/**
 * Two complete looks that agree may agree on the same old row. So that counts only where the origin cannot tell: of whom it was not asked, since others
 * came first and it answered for those, and where a verdict rests on more than it can be asked for, once it was asked for the subject's own row.
 */
function mayAgree(subject: string, asked: ReadonlySet<string>, index: LaggingIndex): boolean {
  if (!index.canConfirm(subject)) return index.isRead(subject);
  return index.answers && !asked.has(subject);
}

function bySubject(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const grouped = new Map<string, Finding[]>();
  for (const finding of findings) {
    const own = grouped.get(finding.subject);
    if (own === undefined) grouped.set(finding.subject, [finding]);
    else own.push(finding);
  }
  return grouped;
}

/** Where a fail of the same interpretation stands, what is new and not confirmed joins it instead of waiting. */
function joinStanding(held: readonly Finding[], judged: readonly Finding[], waivers: readonly Waiver[]): readonly Finding[] {
  const standing = new Set(applyWaivers(held, waivers).flatMap(({ status, interpretation }) => (status === 'fail' ? interpretation : [])));
  if (standing.size === 0) return held;
  const fails = new Map(judged.flatMap((finding) => (finding.status === 'fail' ? [[keyOf(finding), finding] as const] : [])));
  return held.map((finding) => {
    const waits = finding.status === 'unknown' && finding.reason === 'unconfirmed' && standing.has(finding.interpretation);
    return waits ? (fails.get(keyOf(finding)) ?? finding) : finding;
  });
}

function unconfirmed(finding: Finding): Finding {
  const { interpretation, subject, expected, observed, rule } = finding;
  const told = `${observed} (says the index, which may lag; not confirmed yet)`;
  return { interpretation, subject, expected, observed: told, rule, status: 'unknown', reason: 'unconfirmed', cause: null };
}

function stays(known: Finding, seenAt: Timestamp, message: string): Finding {
  if (known.status !== 'fail' && known.status !== 'waived') return known;
  return stillFailing(known, { at: known.lastSeen?.at ?? seenAt, reason: 'unconfirmed', cause: null, message });
}
