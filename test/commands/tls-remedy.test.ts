import { expect, test } from 'vitest';
import { answerOf, type TlsAnswer } from '../../src/commands/tls-answer.ts';
import { remedyOf } from '../../src/commands/tls-remedy.ts';
import { readTarget } from '../../src/commands/tls-target.ts';
import type { TlsAddressReport } from '../../src/commands/tls-verdicts.ts';
import type { Fault } from '../../src/domain/fault.ts';
import { described, leafFacts, servedChain } from '../support/served-chain.ts';
import { auditedAt, blind, judged, judgedChain } from '../support/tls-audited.ts';

const words = { connections: '6', timeout: '20s' };
const named = readTarget('shop.example.com', words);
const literal = readTarget('192.0.2.1:8443', words);

function answer(addresses: readonly TlsAddressReport[], target = named): TlsAnswer {
  return { target, asOf: auditedAt, status: 'unknown', fault: null, differences: [], addresses };
}

function blindBy(code: Fault['code']): TlsAddressReport {
  const fault = { code, message: 'why' };
  const unseen = { outcome: 'fault', fault } as const;
  const protocols = { SSLv3: unseen, TLSv1: unseen, 'TLSv1.1': unseen, 'TLSv1.2': unseen, 'TLSv1.3': unseen };
  return judged({ ...blind, protocols, handshake: { fault } }, []);
}

const unnamed = (fault: Fault): TlsAnswer => answerOf(named, { fault }, auditedAt);
const otherLeaf = judged({}, [judgedChain({ chain: servedChain({ certificates: [described(leafFacts({ subjectAltNames: [] }))] }) })]);

test.each<[string, TlsAnswer, RegExp | null]>([
  ['nothing is wrong', answer([judged()]), null],
  ['something is wrong that a person cannot ask otherwise', answer([judged({ dhBits: [1024] })]), null],
  ['the name has no address', unnamed({ code: 'unreachable', message: 'x' }), /spelt right.*--address/],
  ['the name server is silent', unnamed({ code: 'timeout', message: 'x' }), /try again.*--address/],
  ['there are too many addresses', unnamed({ code: 'partial', message: 'x' }), /^name the addresses.*--address/],
  ['it answers without TLS', answer([judged({ plaintext: 'SSH-2.0' }, [])]), /--port 8443$/],
  ['it answers without TLS on another port', answer([judged({ plaintext: 'SSH-2.0' }, [])], literal), /--port 443$/],
  [
    'nothing listens, or it hangs up on every hello',
    answer([judged(), blindBy('unreachable')], literal),
    /spoken on port 8443 there.*--port 443$/,
  ],
  ['it hung up', answer([blindBy('throttled')]), /--connections 1/],
  ['it is silent', answer([blindBy('timeout')]), /--timeout 2m/],
  [
    'it was silent once',
    answer([judged({ behaviour: { ...judged().facts.behaviour, compression: { fault: { code: 'timeout', message: 'x' } } } })]),
    /--timeout 2m/,
  ],
  ['the certificate is for another name', answer([otherLeaf]), null],
  ['the certificate is for a name, and none was named', answer([otherLeaf], literal), /--sni/],
])('what may be tried where %s', (_what, given, expected) => {
  const remedy = remedyOf(given);
  if (expected === null) expect(remedy).toBeNull();
  else expect(remedy).toMatch(expected);
});
