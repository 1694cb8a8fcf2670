import { responses } from '../domain/finding.ts';
import type { Mode, ReceiverPlan } from '../domain/plan.ts';
import type { ReceiverKind } from '../domain/ports.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { suggestName } from './nearest-name.ts';
import { type Path, valueAt } from './path.ts';
import { readNamedEntries, validateOptions } from './read-entries.ts';
import { holdsReference } from './references.ts';
import { receiverSchema } from './settings-schema.ts';
import { validate } from './validate.ts';

export interface ReadReceivers {
  readonly receivers: readonly ReceiverPlan[];
  /** False where some entry could not be read. */
  readonly complete: boolean;
}

/** What could be read; mistakes are reported, never with what stands under a receiver. */
export function readReceivers(value: unknown, file: ConfigurationFile, kinds: ReadonlyMap<string, ReceiverKind>): ReadReceivers {
  refuseLiteralSecrets(valueAt(file.value, ['receivers']), file, ['receivers']);
  const entries = readNamedEntries(value, file, ['receivers']);
  const receivers = entries.items.map(([name, entry]) => readReceiver(name, entry, file, kinds));
  const read = receivers.filter((receiver) => receiver !== null);
  return { receivers: read, complete: entries.complete && read.length === receivers.length };
}

function readReceiver(
  name: string,
  value: unknown,
  file: ConfigurationFile,
  kinds: ReadonlyMap<string, ReceiverKind>,
): ReceiverPlan | null {
  const path = ['receivers', name];
  const entry = validate(receiverSchema, value, file, path);
  if (entry === undefined) return null;
  const { kind: kindName, responses: taken, ...rest } = entry;
  const kind = kinds.get(kindName);
  if (kind === undefined) {
    file.report([...path, 'kind'], {
      message: 'there is no such kind of receiver',
      remedy: suggestName(kindName, [...kinds.keys()], 'the kinds are'),
    });
    return null;
  }
  const options = validateOptions(kind.options, rest, file, path);
  return options === undefined ? null : { name, kind: kindName, responses: taken, options };
}

const secretName = /secret|password|token|key|authorization/i;

/** Looks at the file as written: a receiver's secret, and its URL that often is one, must come from a reference, in whatever depth it stands. */
function refuseLiteralSecrets(written: unknown, file: ConfigurationFile, path: Path): void {
  if (typeof written !== 'object' || written === null) return;
  for (const [key, value] of Object.entries(written)) {
    const at = [...path, Array.isArray(written) ? Number(key) : key];
    const isSecret = at.slice(2).some((segment) => secretName.test(String(segment)));
    const isSecretUrl = key === 'url' && !isLoopbackUrl(value);
    if ((isSecret || isSecretUrl) && isLiteral(value))
      file.report(at, { message: 'a secret stands here as it is', remedy: 'write ${env:NAME} or ${file:path}', closes: true });
    refuseLiteralSecrets(value, file, at);
  }
}

/** What listens on this machine is no secret to it. */
function isLoopbackUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { hostname } = new URL(value);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function isLiteral(value: unknown): boolean {
  if (typeof value === 'string') return !holdsReference(value);
  return typeof value === 'number' || typeof value === 'boolean';
}

/** In `active` an alert that no receiver takes would be lost. */
export function checkEachResponseIsTaken(mode: Mode, { receivers, complete }: ReadReceivers, file: ConfigurationFile): void {
  if (mode.kind !== 'active' || !complete) return;
  const missing = responses.filter((response) => !receivers.some((receiver) => receiver.responses.includes(response)));
  if (missing.length === 0) return;
  const message = `mode is active, but no receiver takes ${missing.join(', ')}`;
  file.report(['receivers'], { message, remedy: `add it to the responses of a receiver`, at: 'key' });
}
