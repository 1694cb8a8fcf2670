import type { SignInApplication } from './log-facts.ts';

/** The applications by which people signed in, whatever order their sign-ins are added in. */
export interface SeenApplications {
  add(application: SignInApplication, generatedMs: number): void;
  /** Of the sign-ins from then on, by id and resource, each pair once under the name that it had last. */
  since(ms: number): readonly SignInApplication[];
  forgetBefore(ms: number): void;
}

interface Seen {
  readonly application: SignInApplication;
  readonly lastMs: number;
}

export function createSeenApplications(): SeenApplications {
  const seen = new Map<string, Seen>();
  return {
    add(application, generatedMs) {
      const id = application.id.toLowerCase();
      const key = JSON.stringify([id, application.resource]);
      const known = seen.get(key);
      if (known !== undefined && !isLater({ application, lastMs: generatedMs }, known)) return;
      seen.set(key, { application: { ...application, id }, lastMs: generatedMs });
    },
    since: (ms) =>
      [...seen]
        .filter(([, { lastMs }]) => lastMs >= ms)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([, { application }]) => application),
    forgetBefore(ms) {
      for (const [key, { lastMs }] of seen) if (lastMs < ms) seen.delete(key);
    },
  };
}

function isLater(one: Seen, other: Seen): boolean {
  return one.lastMs === other.lastMs ? one.application.name > other.application.name : one.lastMs > other.lastMs;
}
