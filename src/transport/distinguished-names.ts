import { type DerElement, derTags, readDerSequence, readWholeDer } from './der.ts';

/**
 * Whether two names (DER) are the same. Authorities write the same name as PrintableString here and as UTF8String there, so texts are compared without
 * regard to their kind, to case and to how many spaces stand there (RFC 5280 7.1).
 * @throws FaultError `malformed`
 */
export function isSameName(one: Buffer, other: Buffer): boolean {
  return one.equals(other) || comparableName(one) === comparableName(other);
}

/** Whether the name is one at all. @throws FaultError `malformed` */
export function checkName(name: Buffer): void {
  comparableName(name);
}

/** Name ::= SEQUENCE OF SET OF SEQUENCE { type, value } */
function comparableName(name: Buffer): string {
  const parts = readDerSequence(readWholeDer(name, derTags.sequence).content);
  return JSON.stringify(parts.map(({ content }) => readDerSequence(content).map(comparableAttribute)));
}

function comparableAttribute({ content }: DerElement): readonly string[] {
  return readDerSequence(content).map(comparableValue);
}

/** UTF8String, PrintableString, IA5String. */
const textTags: ReadonlySet<number> = new Set([0x0c, 0x13, 0x16]);

function comparableValue({ tag, content, whole }: DerElement): string {
  if (!textTags.has(tag)) return whole.toString('hex');
  return `text ${content.toString('utf8').trim().replaceAll(/ +/g, ' ').toLowerCase()}`;
}
