import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { standStill } from '../support/stand-still.ts';

const script = fileURLToPath(new URL('../support/stopped-judgement.ts', import.meta.url));

function start(how: 'judge-after-stop' | 'judge-for-ever') {
  const child = spawn(process.execPath, [script, how], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, nextLine: async () => String((await lines.next()).value) };
}

describe('a process that is stopped during a judgement', () => {
  it('for longer than the judgement may take: it has not hung', async () => {
    const { child, nextLine } = start('judge-after-stop');
    expect(await nextLine()).toBe('judging');
    // The deadline is three seconds.
    await standStill(child.pid, 4.5);
    expect(await nextLine()).toBe('answered');
  });

  it('that then never returns has hung all the same', async () => {
    const { child, nextLine } = start('judge-for-ever');
    expect(await nextLine()).toBe('judging');
    await standStill(child.pid, 1.5);
    expect(await nextLine()).toBe('deadline');
  });
});
