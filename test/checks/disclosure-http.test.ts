import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/disclosure-http.ts';
import { judgeOne, shop, verdictOf } from '../support/judge.ts';
import { answeredPort, answering, errorPage, quietPort, secureAnswer, unseen } from '../support/secure-facts.ts';

const product = (header: string, value: string) => ({ products: [{ header, value }] });
const told = (what: string, text: string, where = 'body') => ({ disclosures: [{ where, what, text }] });
const pageFault = { code: 'partial', message: 'the page did not come whole' };
const judge = (interpretation: 'literal' | 'intent', addresses: readonly object[]) =>
  judgeOne(check, interpretation, { https: { addresses } });

test.each(unseen)('$what: $verdict in both readings', ({ addresses, verdict }) => {
  expect(verdictOf(judge('literal', addresses))).toBe(verdict);
  expect(verdictOf(judge('intent', addresses))).toBe(verdict);
});

describe('an answer', () => {
  test.each<[string, object, string, string]>([
    ['with nothing', {}, 'pass', 'pass'],
    ['with a product', product('server', 'nginx'), 'fail', 'pass'],
    ['with a product without a value', product('server', ' '), 'pass', 'pass'],
    ['with a product and its version', product('server', 'nginx/1.22.1'), 'fail', 'fail'],
    ['with a version alone', product('x-aspnet-version', '4.0.30319'), 'fail', 'fail'],
    ['with a framework', product('x-powered-by', 'ASP.NET'), 'fail', 'pass'],
    ['with the word Azure', product('server', 'Azure'), 'fail', 'pass'],
    ['with a version in its page', told('version', 'nginx/1.22.1'), 'fail', 'fail'],
    ['with a region in a header', told('region', 'westeurope', 'header x-served-by'), 'fail', 'fail'],
    ['with a service', told('service', 'azurewebsites.net (App Service)', 'header set-cookie'), 'fail', 'pass'],
    ['with an inner name', told('internal-name', 'app01.corp'), 'fail', 'pass'],
    ['with a page that could not be read', { pageFault }, 'unknown partial', 'unknown partial'],
    ['with a version and a page that could not be read', { pageFault, ...product('server', 'nginx/1.22.1') }, 'fail', 'fail'],
    ['with a product and a page that could not be read', { pageFault, ...product('server', 'nginx') }, 'fail', 'unknown partial'],
  ])('%s', (_what, differs, literal, intent) => {
    expect(verdictOf(judge('literal', [answering(differs)]))).toBe(literal);
    expect(verdictOf(judge('intent', [answering(differs)]))).toBe(intent);
    const onErrorPage = [answeredPort([secureAnswer('/'), secureAnswer('/api'), errorPage(differs)])];
    expect(verdictOf(judge('literal', onErrorPage))).toBe(literal);
    expect(verdictOf(judge('intent', onErrorPage))).toBe(intent);
  });

  test('says where it tells what', () => {
    const differs = { ...product('server', 'nginx/1.22.1'), ...told('region', 'westeurope', 'header x-served-by') };
    expect(judge('intent', [answering(differs)]).observed).toBe(
      'at 192.0.2.1: /: region "westeurope" (header x-served-by); /: version "nginx/1.22.1" (header server)',
    );
    expect(judge('literal', [answering(product('server', 'nginx'))]).observed).toBe('at 192.0.2.1: /: server: nginx');
  });

  test('a long value is told in part, and judged whole', () => {
    const judgement = judge('intent', [answering(product('server', `${'a'.repeat(200)} nginx/1.22.1`))]);
    expect(verdictOf(judgement)).toBe('fail');
    const literal = judge('literal', [answering(product('server', 'a'.repeat(200)))]);
    expect(literal.observed.length).toBeLessThan(120);
  });

  test('a missing error page is not known', () => {
    const addresses = [answeredPort([secureAnswer('/'), secureAnswer('/api')])];
    expect(verdictOf(judge('intent', addresses))).toBe('unknown partial');
    expect(verdictOf(judge('literal', addresses))).toBe('unknown partial');
  });

  test('telling at one address is a fail though another could not be seen', () => {
    const addresses = [answering(product('server', 'nginx/1.22.1')), quietPort('refused', null, '2001:db8::1')];
    expect(verdictOf(judge('intent', addresses))).toBe('fail');
  });
});

test('each path can be repeated by hand, and the error page', () => {
  expect(check.repeat({ ...shop, httpPaths: ['/'] })).toBe(
    "curl -sSki 'https://shop.example.com/'; curl -sSki 'https://shop.example.com/.claimwatch/no-such-page'",
  );
});
