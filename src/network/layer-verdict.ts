import type { AddressSet } from './address-set.ts';
import { type DecidingRule, decidingWithoutRule, type LayerName } from './passages.ts';
import { everyPort } from './port-set.ts';
import { everyProtocol } from './protocols.ts';
import type { LayerPart } from './rule-layer.ts';

/** What one layer lets on to one destination. */
export interface LayerVerdict {
  /** To the next layer. */
  readonly on: LetOn;
  /** Past all other layers, as `AlwaysAllow` does; it is within `on` too. Null: nothing. */
  readonly through: LetOn | null;
  readonly doubts: readonly Doubt[];
}

export interface LetOn {
  readonly least: readonly LayerPart[];
  /** The same object as `least` where all is known. */
  readonly most: readonly LayerPart[];
}

/** Why something of a layer is not known, and of which packets. */
export interface Doubt extends Pick<LayerPart, 'protocols' | 'ports' | 'sources'> {
  readonly why: string;
}

/** What a layer without rules lets on. The same object for the same universe. */
export const passAll = rememberPlain((universe, layer) => {
  const parts = [everythingFrom(universe, decidingWithoutRule(layer, 'Allow'))];
  return { on: { least: parts, most: parts }, through: null, doubts: [] };
});

/** What a layer lets on of which nothing was seen. The same object for the same universe. */
export const knowNothing = rememberPlain((universe, layer) => {
  const doubt = { why: describeMissing(layer), protocols: everyProtocol, ports: everyPort, sources: universe };
  const on = { least: [], most: [everythingFrom(universe, decidingWithoutRule(layer, 'unknown'))] };
  return { on, through: layer === 'admin' ? on : null, doubts: [doubt] };
});

type PlainVerdict = (universe: AddressSet, layer: LayerName) => LayerVerdict;

function rememberPlain(judge: PlainVerdict): PlainVerdict {
  const verdicts = new WeakMap<AddressSet, Map<LayerName, LayerVerdict>>();
  return (universe, layer) => {
    const ofUniverse = verdicts.get(universe) ?? new Map<LayerName, LayerVerdict>();
    const verdict = ofUniverse.get(layer) ?? judge(universe, layer);
    verdicts.set(universe, ofUniverse.set(layer, verdict));
    return verdict;
  };
}

function everythingFrom(sources: AddressSet, deciding: DecidingRule): LayerPart {
  return { protocols: everyProtocol, ports: everyPort, sourcePorts: everyPort, sources, rules: [deciding], tags: [] };
}

export function describeMissing(layer: LayerName): string {
  const place = layer === 'subnet' ? 'subnet' : 'network interface';
  return layer === 'admin'
    ? 'the rules of network managers are not known'
    : `the rules of the network security group on the ${place} are not known`;
}
