/** Parts of the fact `https`, as table tests put them together. */

export const fault = { code: 'timeout', message: 'no answer within the deadline' };

const goodHeader = 'max-age=63072000; includeSubDomains';

const goodAnswer = {
  status: 200,
  location: null,
  strictTransportSecurity: [goodHeader],
  answeredWithin: 0.1,
  products: [],
  disclosures: [],
};

/** An answer that no check finds fault with, apart from what differs. */
export function secureAnswer(path: string, differs: object = {}) {
  return { path, kind: 'configured', ...goodAnswer, ...differs };
}

export function errorPage(differs: object = {}) {
  return { path: '/.claimwatch/no-such-page', kind: 'error-page', ...goodAnswer, status: 404, ...differs };
}

export function secureFault(path: string) {
  return { path, kind: 'configured', fault };
}

export function answeredPort(paths: readonly object[], address = '192.0.2.1') {
  return { address, outcome: 'answered', otherPortAnswers: null, paths };
}

/** `/` differs as said, all else is good. */
export function answering(differs: object, address?: string) {
  return answeredPort([secureAnswer('/', differs), secureAnswer('/api'), errorPage()], address);
}

export function quietPort(outcome: string, otherPortAnswers: boolean | null, address = '192.0.2.1') {
  return { address, outcome, otherPortAnswers, paths: [] };
}

export const faultyPort = {
  ...quietPort('fault', null),
  fault: { code: 'denied', message: 'the server wants a client certificate (alert 116)' },
};

/** What says nothing of what an endpoint would have answered, and how it is told. */
export const unseen: readonly { readonly what: string; readonly addresses: readonly object[]; readonly verdict: string }[] = [
  { what: 'refuses', addresses: [quietPort('refused', null)], verdict: 'unknown unreachable' },
  { what: 'is silent, another port answers', addresses: [quietPort('silent', true)], verdict: 'unknown timeout' },
  { what: 'is silent, no other port answers', addresses: [quietPort('silent', false)], verdict: 'unknown timeout' },
  { what: 'is silent, no other port was asked', addresses: [quietPort('silent', null)], verdict: 'unknown timeout' },
  { what: 'could not be looked at', addresses: [faultyPort], verdict: 'unknown denied' },
  { what: 'fault without a reason', addresses: [quietPort('fault', null)], verdict: 'unknown malformed' },
  {
    what: 'one path could not be asked',
    addresses: [answeredPort([secureAnswer('/'), secureFault('/api'), errorPage()])],
    verdict: 'unknown timeout',
  },
  {
    what: 'a path with a fault and an answer',
    addresses: [answeredPort([secureAnswer('/'), secureAnswer('/api', { fault }), errorPage()])],
    verdict: 'unknown timeout',
  },
  { what: 'one path was not asked', addresses: [answeredPort([secureAnswer('/'), errorPage()])], verdict: 'unknown partial' },
  { what: 'no path at all', addresses: [answeredPort([])], verdict: 'unknown partial' },
  {
    what: 'one address is well, another could not be seen',
    addresses: [answering({}), { ...faultyPort, address: '2001:db8::1' }],
    verdict: 'unknown denied',
  },
  { what: 'no address', addresses: [], verdict: 'unknown none-seen' },
];
