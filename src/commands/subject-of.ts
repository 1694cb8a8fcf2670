import type { Plan } from '../domain/plan.ts';
import { subjectFromId } from '../domain/resource-id.ts';
import type { Subject } from '../domain/subject.ts';

/** A configured subject, or one that a look found, from its id; null for what is none (`*`). */
export function subjectOf(plan: Pick<Plan, 'subjects' | 'discovered'>, id: string): Subject | null {
  return plan.subjects.find((subject) => subject.id === id) ?? subjectFromId(id, plan.discovered);
}
