import { editDistance } from '../config/nearest-name.ts';
import type { Claim, Controls } from '../domain/claim.ts';
import { UsageError } from './roof.ts';

type Framework = keyof Controls;

/** How people write them before the number of a control. */
const frameworks: { readonly [F in Framework]: { readonly name: string; readonly written: RegExp } } = {
  soc2: { name: 'SOC2', written: /^(soc ?2|tsc)$/i },
  iso27001: { name: 'ISO27001', written: /^iso( ?27001)?$/i },
  cisAzure: { name: 'CIS', written: /^cis( ?azure)?$/i },
  pciDss: { name: 'PCI', written: /^pci( ?dss)?$/i },
};
const all: readonly Framework[] = ['soc2', 'iso27001', 'cisAzure', 'pciDss'];
const mostSuggested = 6;

export interface ChosenControl {
  /** As the register spells it, `PCI:4.2.1` where a framework was named. */
  readonly control: string;
  isChosen(claim: Pick<Claim, 'controls'>): boolean;
}

/**
 * `CC6.7`, `cc6.7`, `SOC2 CC6.7` or `SOC2:CC6.7`: a control that some claim is mapped to.
 * @throws UsageError where none is; it lists the nearest ones.
 */
export function findControl(claims: readonly Pick<Claim, 'controls'>[], text: string): ChosenControl {
  const { framework, id } = splitControl(text.trim());
  const among = framework === null ? all : [framework];
  const idsOf = (claim: Pick<Claim, 'controls'>) => among.flatMap((name) => claim.controls[name]);
  const known = [...new Set(claims.flatMap(idsOf))];
  const spelled = known.find((candidate) => candidate.toLowerCase() === id.toLowerCase());
  if (spelled === undefined) throw new UsageError(unknownControl(text, id, known));
  return {
    control: framework === null ? spelled : `${frameworks[framework].name}:${spelled}`,
    isChosen: (claim) => idsOf(claim).some((candidate) => candidate.toLowerCase() === id.toLowerCase()),
  };
}

function splitControl(text: string): { readonly framework: Framework | null; readonly id: string } {
  const [, before = '', id = ''] = /^(.*\S)[\s:]+(\S+)$/.exec(text) ?? [];
  const framework = all.find((name) => frameworks[name].written.test(before.trim()));
  return framework === undefined ? { framework: null, id: text } : { framework, id };
}

function unknownControl(text: string, id: string, known: readonly string[]): string {
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(id.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, mostSuggested);
  return `--control ${text}: no claim of the register is mapped to it; near ones: ${near.map(({ candidate }) => candidate).join(', ')}`;
}
