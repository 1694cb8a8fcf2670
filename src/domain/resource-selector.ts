import type { Resource } from './subject.ts';

/**
 * Whether a list of selectors names this resource. A selector is a resource's name, its ARM id or the beginning of one that ends at a slash
 * (a subscription, a resource group); `*` stands for any text in it. Compared without case.
 */
export function isSelected(selectors: readonly string[], resource: Pick<Resource, 'id' | 'name'>): boolean {
  return selectors.some((selector) => matches(selector.toLowerCase().replace(/\/+$/, ''), resource));
}

function matches(selector: string, { id, name }: Pick<Resource, 'id' | 'name'>): boolean {
  if (!selector.startsWith('/')) return patternOf(selector, '$').test(name.toLowerCase());
  return patternOf(selector, '(?:/|$)').test(id.toLowerCase());
}

function patternOf(selector: string, end: string): RegExp {
  const escaped = selector.split('*').map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}${end}`);
}
