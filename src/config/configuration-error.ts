/** One mistake in a configuration file. Never holds a resolved reference, nor what stands under a receiver. */
export interface Problem {
  /** Relative to the folder of the main file. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in characters. */
  readonly column: number;
  /** `looks.tls.schedule`, `endpoints[0].host`; empty: the file itself. */
  readonly path: string;
  /** Expected and got. */
  readonly message: string;
  readonly remedy: string;
}

/** Every mistake of all files at once, one a line, by file and place. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const ordered = [...problems].sort(byPlace);
    super(ordered.map(problemLine).join('\n'));
    this.problems = ordered;
  }
}

/** `claimwatch.yaml:12:5 looks.tls.schedule: expected ..., got ...; remedy: ...` */
function problemLine(problem: Problem): string {
  const where = `${problem.file}:${problem.line}:${problem.column}`;
  const path = problem.path === '' ? '' : ` ${problem.path}`;
  return `${where}${path}: ${problem.message}; remedy: ${problem.remedy}`;
}

/** @throws ConfigurationError where there is any problem. */
export function refuseProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ConfigurationError(problems);
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
