import { defineConfig } from 'vitest/config';

/**
 * `pure`: no server, no child process; threads without isolation (150 files in a second).
 * `live`: real loopback servers and child processes, one process per file.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.live.test.ts'],
          pool: 'threads',
          isolate: false,
        },
      },
      {
        test: {
          name: 'live',
          include: ['test/**/*.live.test.ts'],
          pool: 'forks',
          // Most of their time they wait for a process or a clock: with a third one two cores are busy.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
