import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

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
    child.kill('SIGSTOP');
    // Nothing else makes a process stand still; the deadline is three seconds.
    await delay(4_500);
    child.kill('SIGCONT');
    expect(await nextLine()).toBe('answered');
  });

  it('that then never returns has hung all the same', async () => {
    const { child, nextLine } = start('judge-for-ever');
    expect(await nextLine()).toBe('judging');
    child.kill('SIGSTOP');
    await delay(1_500);
    child.kill('SIGCONT');
    expect(await nextLine()).toBe('deadline');
  });
});
