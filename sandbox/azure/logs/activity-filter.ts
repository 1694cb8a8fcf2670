import type { ActivityEvent } from './activity-events.ts';
import type { TimeWindow } from './log-row.ts';

/** `toMs` is still in it. */
export interface ActivityFilter extends TimeWindow {
  matches(event: ActivityEvent): boolean;
}

/** What may be compared. Source: Microsoft, "Activity Logs - List". */
const matchers: { readonly [property: string]: (event: ActivityEvent, value: string) => boolean } = {
  eventchannels: () => true,
  resourcegroupname: ({ resource }, value) => resource.toLowerCase().includes(`/resourcegroups/${value}/`),
  resourceprovider: ({ operation }, value) => operation.toLowerCase().startsWith(`${value}/`),
  resourceuri: ({ resource }, value) => resource.toLowerCase() === value,
  resourcetype: ({ operation }, value) => operation.toLowerCase().startsWith(`${value}/`),
  correlationid: ({ correlationId }, value) => correlationId.toLowerCase() === value,
};

/** A text says why it is none. */
export function readActivityFilter(text: string, nowMs: number): ActivityFilter | string {
  let fromMs = Number.NaN;
  let toMs = nowMs;
  const wanted: ((event: ActivityEvent) => boolean)[] = [];
  for (const part of text.split(/ and /i)) {
    const [, property = '', sign = '', value = ''] = /^\s*(\w+) (ge|le|eq) '([^']*)'\s*$/i.exec(part) ?? [];
    const matcher = matchers[property.toLowerCase()];
    if (property.toLowerCase() === 'eventtimestamp' && sign.toLowerCase() === 'ge') fromMs = readTime(value);
    else if (property.toLowerCase() === 'eventtimestamp' && sign.toLowerCase() === 'le') toMs = readTime(value);
    else if (matcher !== undefined && sign.toLowerCase() === 'eq') wanted.push((event) => matcher(event, value.toLowerCase()));
    else return `The filter '${part}' is not supported.`;
  }
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) return 'The filter must name the first eventTimestamp.';
  if (fromMs < nowMs - keptMs) return 'The start time cannot be more than 90 days in the past.';
  return { fromMs, toMs, matches: (event) => wanted.every((matches) => matches(event)) };
}

const keptMs = 90 * 86_400_000;

/** A time that names no zone is meant in UTC. */
function readTime(text: string): number {
  return Date.parse(/(Z|[+-]\d\d:\d\d)$/i.test(text) ? text : `${text.replace(' ', 'T')}Z`);
}
