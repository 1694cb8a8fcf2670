import { type Attention, margin } from './demo-scene.ts';
import type { Screen } from './screen.ts';
import { details, headline, readTold, type Told } from './told-message.ts';
import type { Arrival } from './webhook-inbox.ts';

/** Tells what came in: a line, and everything that it says where somebody attends to it. */
export function tellArrival(arrival: Arrival, attention: Attention, screen: Screen, say: (line: string) => void): void {
  const told = readTold(arrival.body);
  if (told === null) {
    say(`webhook ${arrival.id}, signature verified, has a body that the demo cannot read`);
    return;
  }
  if (attention.isQuiet) {
    attention.unheard += 1;
    return;
  }
  say(`webhook, signature verified: ${headline(told, screen.paint)}`);
  const subject = attendedSubject(told, attention);
  if (subject === null) return;
  const width = screen.columns - margin.length;
  for (const line of details(told, subject, { paint: screen.paint, width })) screen.say(`${margin}${line}`);
}

/** The one that is watched; of a check that is watched, the first that is new. */
function attendedSubject({ message }: Told, { subjects, checks }: Attention): string | null {
  const watched = message.subjects.find(({ subject }) => subjects.has(subject));
  if (watched !== undefined) return watched.subject;
  if (message.check === null || !checks.has(message.check)) return null;
  return (message.subjects.find(({ isNew }) => isNew) ?? message.subjects[0])?.subject ?? null;
}
