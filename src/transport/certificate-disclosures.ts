import type { CertificateFacts } from './certificate-facts.ts';
import { type Disclosure, findDisclosures, findNameDisclosures } from './disclosure.ts';

/** A name in a certificate, and what it tells; null where it stands in a form that cannot be read. Of a person's address only the domain is named. */
export interface CertificateName {
  readonly where: 'subjectAltName' | 'subject' | 'issuer';
  readonly name: string;
  readonly disclosures: readonly Disclosure[] | null;
}

/**
 * Every name that a certificate shows to whoever asks. A common name of the subject is read as a host's; that of the issuer only where it has a dot, since public
 * authorities call theirs `R10`. What an authority of our own is called (`CN=corp-ca, DC=corp, DC=local`) is told to the public as well.
 */
export function findCertificateDisclosures(
  certificate: Pick<CertificateFacts, 'subject' | 'issuer' | 'subjectAltNames'>,
): readonly CertificateName[] {
  const issuer = certificate.issuer === certificate.subject ? [] : readDistinguishedName('issuer', certificate.issuer);
  return [...certificate.subjectAltNames.map(readAlternativeName), ...readDistinguishedName('subject', certificate.subject), ...issuer];
}

function readAlternativeName(entry: string): CertificateName {
  const separator = entry.indexOf(':');
  const [kind, name] = [entry.slice(0, separator), entry.slice(separator + 1)];
  return { where: 'subjectAltName', name: withoutPerson(name), disclosures: disclosuresOf(kind, name) };
}

/** Kinds as Node spells them. A kind that we do not know may hold anything. */
function disclosuresOf(kind: string, name: string): readonly Disclosure[] | null {
  switch (kind) {
    case 'DNS':
    case 'IP Address':
      return findNameDisclosures(name);
    case 'email':
      return findNameDisclosures(afterAt(name));
    case 'URI':
      return [...findDisclosures(name), ...findNameDisclosures(/^[a-z][a-z0-9+.-]*:\/\/([^/:?#]*)/i.exec(name)?.[1] ?? '')];
    case 'DirName':
    case 'Registered ID':
      return findDisclosures(name);
    case 'othername':
      return name.startsWith('UPN:') ? findNameDisclosures(afterAt(name)) : null;
    default:
      return null;
  }
}

/** Split at what looks like the end of a part: a value that only looks so is read in two pieces, and no piece goes unread. */
function readDistinguishedName(where: 'subject' | 'issuer', text: string): readonly CertificateName[] {
  const parts = text.split(', ').map((part) => {
    const separator = part.indexOf('=');
    return { type: part.slice(0, Math.max(separator, 0)), value: part.slice(separator + 1) };
  });
  const domain = parts.filter(({ type }) => type === 'DC').map(({ value }) => value);
  const ofDomain = domain.length === 0 ? [] : [{ where, name: domain.toReversed().join('.'), type: 'domain' }];
  const others = parts.filter(({ type }) => type !== 'DC').map(({ type, value }) => ({ where, name: value, type }));
  return [...others, ...ofDomain]
    .filter(({ name }) => name !== '')
    .map(({ type, name }) => ({ where, name: withoutPerson(name), disclosures: disclosuresOfPart(where, type, name) }));
}

function disclosuresOfPart(where: 'subject' | 'issuer', type: string, value: string): readonly Disclosure[] {
  const isHost = /^[A-Za-z0-9*._-]+$/.test(value) && (where === 'subject' || value.includes('.'));
  if (type === 'domain' || (type === 'CN' && isHost)) return findNameDisclosures(value);
  if (type === 'emailAddress') return findNameDisclosures(afterAt(value));
  return findDisclosures(value);
}

function withoutPerson(name: string): string {
  return name.includes('@') ? `@${afterAt(name)}` : name;
}

function afterAt(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
