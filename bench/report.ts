import { cpus, totalmem } from 'node:os';

/** One measured figure; without a budget it is printed and decides nothing. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most that it may be. */
  readonly budget?: number;
  /** The same figure of another program, measured in the same run. */
  readonly peer?: { readonly name: string; readonly value: number };
}

export interface Bench {
  readonly name: string;
  readonly figures: readonly Figure[];
}

export function isWithinBudget(figure: Figure): boolean {
  return figure.budget === undefined || figure.value <= figure.budget;
}

/** Prints a table, or one object with `--json`; gives the exit code: 1 where a budget is missed. */
export function reportBench(bench: Bench, json: boolean): number {
  const figures = bench.figures.map((figure) => ({ ...figure, ok: isWithinBudget(figure) }));
  if (json) process.stdout.write(`${JSON.stringify({ name: bench.name, machine: describeMachine(), figures })}\n`);
  else process.stdout.write(`${bench.name} on ${describeMachine()}\n${figures.map(figureLine).join('\n')}\n`);
  return figures.every((figure) => figure.ok) ? 0 : 1;
}

function describeMachine(): string {
  const [first] = cpus();
  return `${cpus().length} x ${first?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, node ${process.versions.node}`;
}

function figureLine(figure: Figure & { readonly ok: boolean }): string {
  const value = `${roundTo3(figure.value)} ${figure.unit}`;
  const budget = figure.budget === undefined ? '' : `budget ${figure.budget} ${figure.unit}`;
  const verdict = figure.budget === undefined ? '' : figure.ok ? 'ok' : 'MISSED';
  const peer =
    figure.peer === undefined
      ? ''
      : `${figure.peer.name} ${roundTo3(figure.peer.value)}, ratio ${roundTo3(figure.value / figure.peer.value)}`;
  return `  ${figure.name.padEnd(44)}${value.padStart(16)}  ${budget.padEnd(18)}${verdict.padEnd(8)}${peer}`.trimEnd();
}

function roundTo3(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 6, useGrouping: false });
}
