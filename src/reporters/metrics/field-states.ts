import type { Metered } from './azure-counters.ts';

/** `present`: some resource has the field. `stopped`: none has any more, one had. `never`: none had since this process started. */
export type FieldState = 'present' | 'stopped' | 'never';
export const fieldStates: readonly FieldState[] = ['present', 'stopped', 'never'];

export interface Field {
  readonly type: string;
  readonly field: string;
  readonly state: FieldState;
}

/** Whether the fields that checks read still come, over looks. Only metrics read it: a start forgets it. */
export interface FieldStates {
  /**
   * Of a whole look. What it does not speak of stays as it was: a type of which nothing was listed tells nothing. `isBlind`: a part of the estate could
   * not be seen, where the field may be.
   */
  see(absent: readonly Metered[], isBlind: boolean): void;
  all(): readonly Field[];
}

export function createFieldStates(): FieldStates {
  const fields = new Map<string, Field>();
  return {
    see: (absent, isBlind) => {
      for (const { labels, value } of absent) {
        const { type = '', field = '' } = labels;
        if (isBlind && value === 1) continue;
        const key = `${type} ${field}`;
        fields.set(key, { type, field, state: stateAfter(fields.get(key)?.state ?? 'never', value === 1) });
      }
    },
    all: () => [...fields.values()],
  };
}

function stateAfter(before: FieldState, isAbsent: boolean): FieldState {
  if (!isAbsent) return 'present';
  return before === 'present' ? 'stopped' : before;
}
