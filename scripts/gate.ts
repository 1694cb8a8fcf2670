import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Everything that can be said of the code without running it. All of them run, so that one look tells all. */
const tools = [
  { finds: 'format, lint', command: 'biome', words: ['check', '--error-on-warnings', '.'] },
  { finds: 'promises, any', command: 'oxlint', words: ['--deny-warnings'] },
  { finds: 'types', command: 'tsc', words: ['-p', '.'] },
  { finds: 'least role', command: 'node', words: ['scripts/build-role.ts', '--check'] },
  { finds: 'dead code', command: 'knip', words: ['--no-progress', '--treat-config-hints-as-errors'] },
] as const;

const budgetSeconds = 30;
const projectRoot = new URL('../', import.meta.url);

/** The tools of this checkout, whatever stands in PATH. */
async function runTool(command: string, words: readonly string[]): Promise<{ readonly passed: boolean; readonly output: string }> {
  const file = fileURLToPath(new URL(`node_modules/.bin/${command}`, projectRoot));
  const child = spawn(file, words, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { passed: child.exitCode === 0, output: output + errors };
}

async function runGate(): Promise<boolean> {
  const beganMs = performance.now();
  const failed: string[] = [];
  for (const { finds, command, words } of tools) {
    const startedMs = performance.now();
    const { passed, output } = await runTool(command, words);
    console.log(`${passed ? 'ok    ' : 'FAILED'} ${command.padEnd(7)} ${finds.padEnd(14)} ${secondsSince(startedMs)} s`);
    if (passed) continue;
    failed.push(command);
    console.log(output);
  }
  const seconds = secondsSince(beganMs);
  console.log(failed.length === 0 ? `gate: ok in ${seconds} s` : `gate: FAILED (${failed.join(', ')}) in ${seconds} s`);
  if (Number(seconds) > budgetSeconds) console.log(`gate: slower than its ${budgetSeconds} s`);
  return failed.length === 0;
}

function secondsSince(startMs: number): string {
  return ((performance.now() - startMs) / 1_000).toFixed(1);
}

if (!(await runGate())) process.exitCode = 1;
