/** What a machine does, from the code of its power state (`PowerState/running`, Microsoft.Compute). Null: a code that is absent or that we do not know. */
export type Activity = 'runs' | 'starts' | 'still' | null;

export function activityOf(code: string | null | undefined): Activity {
  return activities.get(code?.toLowerCase() ?? '') ?? null;
}

/** One that is being stopped does nothing for us any more. */
const activities: ReadonlyMap<string, Activity> = new Map([
  ['powerstate/running', 'runs'],
  ['powerstate/starting', 'starts'],
  ['powerstate/stopping', 'still'],
  ['powerstate/stopped', 'still'],
  ['powerstate/deallocating', 'still'],
  ['powerstate/deallocated', 'still'],
]);
