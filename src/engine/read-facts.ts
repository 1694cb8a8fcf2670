import type { FactKind } from '../domain/look.ts';
import type { Subject } from '../domain/subject.ts';
import { describeThrown } from './describe-thrown.ts';
import { derivedFact, lookedAtFact } from './fact-memory.ts';
import { lookedAtKind } from './fact-sources.ts';
import type { Defect, NeededFact } from './judge-subjects.ts';
import type { RunInput } from './run-input.ts';

type FactInput = Pick<RunInput, 'looks' | 'sources' | 'estates'>;

/** One fact of one subject, as the looks at hand have it or as it is derived from them. What is the same for each subject is looked up once. */
export function factsOf(input: FactInput, defects: Defect[]): (subject: Pick<Subject, 'id'>, kind: FactKind) => NeededFact {
  const readers = new Map<FactKind, (id: string) => NeededFact>();
  return ({ id }, kind) => {
    const read = readers.get(kind) ?? readerOf(input, kind, defects);
    readers.set(kind, read);
    return read(id);
  };
}

function readerOf({ looks, sources, estates }: FactInput, kind: FactKind, defects: Defect[]): (id: string) => NeededFact {
  const derivation = sources.derivations.get(kind);
  const origin = lookedAtKind(sources, kind);
  const name = sources.lookOfKind.get(origin);
  if (name === undefined)
    return () => ({ look: kind, fault: { code: 'unsupported', message: `no configured look brings the fact ${kind}` } });
  const remembered = looks.get(name);
  const ofEstate = sources.estate?.get(kind);
  const onDefect = (subject: string) => (error: unknown) => defects.push({ subject, error: describeThrown(error) });
  if (ofEstate !== undefined) {
    const estate = estates?.get(ofEstate.name);
    return (id) => {
      const row = lookedAtFact(remembered, name, id, origin);
      if ('fault' in row) return row;
      return estate?.factOf(kind, id, onDefect(id)) ?? { look: name, fault: { code: 'defect', message: `no ${kind} was derived` } };
    };
  }
  if (derivation === undefined) return (id) => lookedAtFact(remembered, name, id, origin);
  return (id) => derivedFact(derivation, lookedAtFact(remembered, name, id, origin), remembered, onDefect(id));
}
