import type { Log } from '../../src/domain/ports.ts';

export interface LogLine {
  readonly level: keyof Log;
  readonly fields: object;
  readonly message: string;
}

/** Keeps what was logged. */
export interface RecordingLog extends Log {
  readonly lines: readonly LogLine[];
  /** Everything as one text, to look for what must not be there. */
  text(): string;
}

export function makeRecordingLog(): RecordingLog {
  const lines: LogLine[] = [];
  const write = (level: keyof Log) => (fields: object, message: string) => void lines.push({ level, fields, message });
  return {
    lines,
    text: () => JSON.stringify(lines),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}
