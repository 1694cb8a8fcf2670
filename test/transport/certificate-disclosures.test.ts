import { describe, expect, test } from 'vitest';
import { findCertificateDisclosures } from '../../src/transport/certificate-disclosures.ts';

const plain = { subject: 'CN=shop.example.com', issuer: 'C=US, O=Example Trust, CN=R10', subjectAltNames: ['DNS:shop.example.com'] };

function told(changes: Partial<typeof plain>): readonly string[] {
  return findCertificateDisclosures({ ...plain, ...changes }).flatMap(({ where, name, disclosures }) =>
    (disclosures ?? [{ what: 'unread', text: '' }]).map(({ what, text }) => `${where} ${name}: ${what} ${text}`.trim()),
  );
}

const san = (entry: string) => ({ subjectAltNames: ['DNS:shop.example.com', entry] });

describe('a certificate tells', () => {
  test.each([
    [san('DNS:db01.corp'), ['subjectAltName db01.corp: internal-name db01.corp']],
    [san('DNS:*.westeurope.example.com'), ['subjectAltName *.westeurope.example.com: region westeurope']],
    [san('DNS:web01'), ['subjectAltName web01: internal-name web01']],
    [san('IP Address:10.0.0.4'), ['subjectAltName 10.0.0.4: internal-name 10.0.0.4']],
    [san('email:jane@corp.local'), ['subjectAltName @corp.local: internal-name corp.local']],
    [san('othername:UPN:jane@corp.local'), ['subjectAltName @corp.local: internal-name corp.local']],
    [san('URI:spiffe://cluster.local/ns/shop'), ['subjectAltName spiffe://cluster.local/ns/shop: internal-name cluster.local']],
    [san('DirName:CN=West Europe'), ['subjectAltName CN=West Europe: region West Europe']],
    [san('othername:<unsupported>'), ['subjectAltName <unsupported>: unread']],
    [san('something new:x'), ['subjectAltName x: unread']],
    [{ subject: 'CN=web01' }, ['subject web01: internal-name web01']],
    [{ subject: 'O=nginx/1.22.1, CN=shop.example.com' }, ['subject nginx/1.22.1: version nginx/1.22.1']],
    [{ subject: 'CN=shop.azurewebsites.net' }, ['subject shop.azurewebsites.net: service azurewebsites.net (App Service)']],
    [{ subject: 'CN=shop.example.com, emailAddress=jane@corp.local' }, ['subject @corp.local: internal-name corp.local']],
    [{ issuer: 'DC=local, DC=corp, CN=corp-ca' }, ['issuer corp.local: internal-name corp.local']],
    [{ issuer: 'CN=ca.corp.local' }, ['issuer ca.corp.local: internal-name ca.corp.local']],
    [{ subject: 'CN=db01.corp', issuer: 'CN=db01.corp' }, ['subject db01.corp: internal-name db01.corp']],
  ])('%j', (changes, expected) => {
    expect(told(changes)).toEqual(expected);
  });
});

describe('a certificate tells nothing', () => {
  test.each([
    [{}],
    [{ subject: '' }],
    [{ subject: 'C=DE, L=Frankfurt am Main, O=Shopstoresync, CN=shop.example.com' }],
    [{ issuer: 'C=US, O=Microsoft Corporation, CN=Microsoft Azure RSA TLS Issuing CA 04' }],
    [{ issuer: 'C=US, O=Example Trust, CN=E5' }],
    [san('IP Address:192.0.2.1')],
    [san('email:jane@example.com')],
    [san('Registered ID:1.2.3.4')],
    [{ subjectAltNames: [] }],
  ])('%j', (changes) => {
    expect(told(changes)).toEqual([]);
  });
});
