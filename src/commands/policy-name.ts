/** How a report calls the policy: by the company that its own first sentence names, where it does. */
export function policyName(text: string): string {
  const [, company] = /^This Security Policy applies only to your data on ([^.\n]+)\.\r?$/m.exec(text) ?? [];
  return company === undefined ? 'Security Policy' : `Security Policy of ${company}`;
}
