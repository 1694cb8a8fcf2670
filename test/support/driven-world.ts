import { Worker } from 'node:worker_threads';
import type { Plan } from '../../src/domain/plan.ts';

/** What the worker of `driven-world-entry.ts` is started with. */
export interface DrivenWorldData {
  readonly plan: Plan;
  readonly statePath: string;
  readonly shared: SharedArrayBuffer;
}

/** Where each number stands in the memory that test and worker share. */
export const places = { factOf: 0, judgements: 1, looks: 2, starts: 3, holdLooks: 4, howToStart: 5, minutes: 6 } as const;

/** The facts that its source brings; those after `bad` do something to who judges or derives them. */
export const drivenFacts = ['good', 'bad', 'judge-loops', 'judge-exits', 'derive-loops', 'look-loops'] as const;
export type DrivenFact = (typeof drivenFacts)[number];

const startKinds = ['well', 'crash', 'never'] as const;

/** A world in a worker thread whose facts and misfortunes the test decides. */
export interface DrivenWorld {
  spawn(plan: Plan, statePath: string): Worker;
  show(fact: DrivenFact): void;
  /** How threads that are spawned from now on begin. */
  startsBy(kind: (typeof startKinds)[number]): void;
  holdLooks(isHeld: boolean): void;
  /** Minutes since the test began, for the clock in the worker. */
  setMinutes(minutes: number): void;
  count(what: 'judgements' | 'looks' | 'starts'): number;
}

export function makeDrivenWorld(): DrivenWorld {
  const shared = new SharedArrayBuffer(4 * Object.keys(places).length);
  const numbers = new Int32Array(shared);
  const set = (place: keyof typeof places, value: number): void => {
    Atomics.store(numbers, places[place], value);
    Atomics.notify(numbers, places[place]);
  };
  return {
    spawn: (plan, statePath) => {
      const workerData: DrivenWorldData = { plan, statePath, shared };
      return new Worker(new URL('./driven-world-entry.ts', import.meta.url), { workerData });
    },
    show: (fact) => set('factOf', drivenFacts.indexOf(fact)),
    startsBy: (kind) => set('howToStart', startKinds.indexOf(kind)),
    holdLooks: (isHeld) => set('holdLooks', isHeld ? 1 : 0),
    setMinutes: (minutes) => set('minutes', minutes),
    count: (what) => Atomics.load(numbers, places[what]),
  };
}
