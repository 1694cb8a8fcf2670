import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { showWaiting } from '../../src/commands/waiting-line.ts';
import { makeFakeRoof } from '../support/fake-roof.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('says how long it takes, and leaves the line empty', () => {
  const terminal = { isTerminal: true, columns: 100 };
  const { roof, printed, printedErrors } = makeFakeRoof(0, { terminal });
  const stop = showWaiting(roof, 'asking shop.example.com:443');
  vi.advanceTimersByTime(600);
  expect(printedErrors).toHaveLength(3);
  expect(printedErrors[0]).toBe('\r\u001b[Kasking shop.example.com:443 ... 0 s');
  stop();
  vi.advanceTimersByTime(600);
  expect(printedErrors.slice(3)).toEqual(['\r\u001b[K']);
  expect(printed).toEqual([]);
});

it('says nothing where nobody reads along', () => {
  const { roof, printed, printedErrors } = makeFakeRoof(0);
  const stop = showWaiting(roof, 'asking');
  vi.advanceTimersByTime(600);
  stop();
  expect([printed, printedErrors]).toEqual([[], []]);
});
