import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeScreen, type ScreenOutput } from '../../sandbox/screen.ts';
import type { EndpointStanding } from '../../sandbox/standings.ts';
import { renderStandings } from '../../sandbox/status-table.ts';

const none = { fail: [], unknown: [], waived: [], pending: [], pass: [] };
const standings: readonly EndpointStanding[] = [
  { name: 'good', checks: { ...none, pass: ['a', 'b'] } },
  { name: 'black-hole', checks: { ...none, waived: ['w'], unknown: ['a', 'b', 'c', 'd', 'e'] } },
  { name: 'old', checks: { ...none, pass: ['p'], fail: ['a', 'b'], pending: ['q'] } },
];

describe('the table', () => {
  it('is aligned, trouble first and by name, what is well or many as a number', () => {
    expect(renderStandings(standings, (_style, text) => text)).toEqual([
      'endpoint    ✗ fails  ? cannot be known  ~ accepted  ✓ passes',
      'good        ✓ 2',
      'black-hole  ? 5  ~ w',
      'old         ✗ a  ✗ b  … 1  ✓ 1',
    ]);
  });
});

describe('the screen', () => {
  it('speaks plainly where there is no terminal', () => {
    const { screen, written } = makeTestScreen(false);
    screen.draw(['live']);
    screen.say(screen.paint('red', 'said'));
    expect(written()).toBe('said\n');
  });

  it('keeps what is said above what is drawn, and erases exactly what it drew', () => {
    const { screen, written } = makeTestScreen(true);
    screen.draw(['one', 'two']);
    screen.say('said');
    screen.draw(['three']);
    expect(written().split('\u001b[2A\u001b[0J').map(stripVTControlCharacters)).toEqual(['one\ntwo\n', 'said\none\ntwo\n', 'three\n']);
  });

  it('draws no more than the window holds', () => {
    const { screen, written } = makeTestScreen(true);
    screen.draw(['1', '2', '3', '4', '5', '6']);
    expect(stripVTControlCharacters(written())).toBe('1\n2\n3\n4\n');
  });

  it('leaves what it drew where it stands once it has settled', () => {
    const { screen, written } = makeTestScreen(true);
    screen.draw(['one']);
    screen.settle();
    screen.say('said');
    expect(stripVTControlCharacters(written())).toBe('one\nsaid\n');
    expect(written()).not.toContain('\u001b[0J');
  });
});

function makeTestScreen(isTTY: boolean) {
  const output: ScreenOutput = Object.assign(new PassThrough(), { isTTY, rows: 5 });
  const chunks: string[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(String(chunk)));
  return { screen: makeScreen(output), written: () => chunks.join('') };
}
