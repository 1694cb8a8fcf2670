import type { Alert } from '../domain/alert.ts';
import type { Change } from '../domain/change.ts';
import type { Check } from '../domain/check.ts';
import type { FollowedFact } from '../domain/fact-follower.ts';
import type { Look } from '../domain/look.ts';
import type { Plan } from '../domain/plan.ts';
import type { Clock, Decision, Entry, Log, Pseudonyms, Store } from '../domain/ports.ts';
import type { Run, RunDigestForAlerts } from '../domain/run.ts';
import type { FactSources } from './fact-sources.ts';
import type { RunningTime } from './running-time.ts';
import type { World, WorldLook } from './world.ts';

/** What the engine tells its own health: counters and durations, nothing that decides. */
export interface EngineObserver {
  lookEnded(look: Look, ended: Pick<WorldLook, 'phaseSeconds' | 'faults' | 'measures' | 'metered'>): void;
  runEnded(run: Run): void;
  ticked(nowMs: number): void;
  missed(count: number): void;
  defect(where: string): void;
}

/** The pure decisions, as `alerts` makes them. */
export interface AlertRules {
  decideRun(open: readonly Alert[], run: RunDigestForAlerts, nowMs: number, changeOf?: (subject: string) => Change | null): Decision;
  /** What changed at subjects of this look. */
  decideDrift(look: Look, changed: readonly FollowedFact[], nowMs: number): Decision;
  /** Waivers about to lapse, checks and subjects withdrawn from the configuration. */
  decideHousekeeping(open: readonly Alert[], nowMs: number): Decision;
}

export interface EngineNeeds {
  readonly plan: Plan;
  readonly checks: ReadonlyMap<string, Check>;
  readonly sources: FactSources;
  readonly store: Store;
  readonly world: World;
  readonly clock: Clock;
  readonly ranMs: RunningTime;
  readonly log: Log;
  readonly rules: AlertRules;
  readonly pseudonyms: Pseudonyms;
  readonly seal: (run: Run) => Entry;
  readonly codeVersion: string;
  readonly observer: EngineObserver;
  /** Something was recorded that receivers may wait for. */
  readonly onRecorded: () => void;
}
