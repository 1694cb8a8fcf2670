/** Grafana's placeholder for the data source that the reader chose. */
export const source = { type: 'prometheus', uid: '$datasource' } as const;

const target = 'job=~"$job", instance=~"$instance"';

/** A metric of the daemons that the reader chose, `name` without its prefix. */
export function own(name: string, matchers = ''): string {
  return `claimwatch_${ofTarget(name, matchers)}`;
}

/** As `own`, for metrics of others (`up`, `process_...`). */
export function ofTarget(name: string, matchers = ''): string {
  return `${name}{${target}${matchers === '' ? '' : `, ${matchers}`}}`;
}

const interpretations = ['intent', 'literal'] as const;

/** Of each claim and interpretation that binds: 1 where it has this status. A text defect is left out. */
function bindingClaims(status: string, matchers = ''): string {
  return interpretations
    .map((interpretation) => {
      const wanted = own('claim_status', `interpretation="${interpretation}", status="${status}"${matchers === '' ? '' : `, ${matchers}`}`);
      return `(${wanted} and on (job, instance, claim) ${own('claim_info', `${interpretation}="binding"`)})`;
    })
    .join(' or ');
}

/** How many claims have this status in at least one interpretation that binds. Nothing at all where nobody is scraped. */
export function countClaims(status: string): string {
  return `sum(max by (job, instance, claim) (${bindingClaims(status)}))`;
}

/** Only what binds: a text defect is never told, and has a table of its own. */
export function binding(query: string): string {
  return `${query} and on (job, instance, check, interpretation) ${own('check_alerts', 'standing="binding"')}`;
}

/** 1: as old as it may be. */
export const dataAge = `abs(time() - ${own('check_data_timestamp_seconds', 'check=~"$check"')}) / ${own('check_max_age_seconds', 'check=~"$check"')}`;

/** One number per claim, for the timeline: exactly one status is 1, so the greatest product is its number. */
export const statusNumbers = { pass: 1, waived: 2, unknown: 3, fail: 4, 'not-applicable': 5, 'not-testable': 6 } as const;

export const claimTimeline = `max by (claim) (${Object.entries(statusNumbers)
  .map(([status, number]) => `${own('claim_status', `interpretation="intent", status="${status}", claim=~"$claim"`)} * ${number}`)
  .join(' or ')})`;
