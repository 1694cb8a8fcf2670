import { isNetworkGroup } from './rule-ends.ts';
import type { SecurityRule } from './security-rules.ts';

/** Tags and groups that rules name, each once. Told when the rules are read, since those of a group are unpacked whenever they are asked for. */
export interface RuleTerms {
  readonly tags: readonly string[];
  /** What the rules mean depends on who is in them. Of destinations network groups only: who is in an application security group, it says itself. */
  readonly groups: readonly string[];
  /** Those of the groups that are named as sources. */
  readonly sourceGroups: readonly string[];
}

const nothing: readonly string[] = [];

export function termsOfRules(rules: readonly SecurityRule[]): RuleTerms {
  const tags = new Set<string>();
  const sourceGroups = new Set<string>();
  const groups = new Set<string>();
  for (const { sources, destinations } of rules) {
    for (const tag of sources.tags) tags.add(tag);
    for (const tag of destinations.tags) tags.add(tag);
    for (const group of sources.groups) sourceGroups.add(group);
    for (const group of destinations.groups) if (isNetworkGroup(group)) groups.add(group);
  }
  const ofSources = listOf(sourceGroups);
  return { tags: listOf(tags), groups: groups.size === 0 ? ofSources : listOf(groups.union(sourceGroups)), sourceGroups: ofSources };
}

function listOf(texts: ReadonlySet<string>): readonly string[] {
  return texts.size === 0 ? nothing : [...texts];
}
