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
  say(`webhook: ${headline(told, screen.paint)}`);
  const subject = attendedSubject(told, attention);
  if (subject === null) return;
  const width = screen.columns - margin.length;
  for (const line of details(told, subject, { paint: screen.paint, width })) screen.say(`${margin}${line}`);
}

/** Of a check that is watched: who the story is about, otherwise the first that is new. */
function attendedSubject({ message }: Told, { checks, subject }: Attention): string | null {
  if (message.check === null || !checks.includes(message.check)) return null;
  const { subjects } = message;
  const found = subjects.find((told) => told.subject === subject) ?? subjects.find(({ isNew }) => isNew) ?? subjects[0];
  return found?.subject ?? null;
}
