import type { Exposure } from '../domain/exposure.ts';
import type { Fault } from '../domain/fault.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { NetworkPicture } from '../domain/network-picture.ts';
import type { CheckParameters, Plan } from '../domain/plan.ts';
import type { StoreReader } from '../domain/ports.ts';
import type { Run } from '../domain/run.ts';
import type { Resource } from '../domain/subject.ts';
import { type EstateDrawing, type EstateFact, type EstateFacts, estateFactsOf } from '../engine/estate-facts.ts';
import { recallLook } from '../engine/fact-memory.ts';
import { followEstate } from '../engine/follow-estate.ts';
import type { AllowEntry } from '../network/allow-entry.ts';
import { exposureDerivation } from '../network/exposure-derivation.ts';
import { type PicturedSubject, startPicture } from '../network/network-picture.ts';
import { networkBody } from '../reporters/network/network-body.ts';
import type { NetworkView, SeenPicture } from '../reporters/reports/network-report.ts';

/** The check whose allow-list says what is meant. */
export const exposureCheck = 'network-exposure';
const exposureKind = 'exposure';

/** For the web page: with the allow-list as it is configured. */
export function networkDrawing(plan: Plan): EstateDrawing {
  const parameters = plan.checks.find(({ id }) => id === exposureCheck)?.parameters;
  return {
    kind: exposureKind,
    begin: () => {
      const picture = startPicture(allowFor(parameters));
      return { add: (fact) => picture.add(picturedOf(fact)), end: (unlisted) => networkBody(picture.end(unlisted)) };
    },
  };
}

/** For the report: as one run saw it, with the allow-list and the knowledge of then. */
export function networkView(state: StoreReader): NetworkView {
  return { check: exposureCheck, pictureOf: (run) => pictureOfRun(state, run) };
}

async function pictureOfRun(state: StoreReader, run: Run): Promise<SeenPicture | null> {
  // The check needs nothing but rows of resources, which one look brings.
  const [id] = Object.values(run.looks);
  if (id === undefined) return null;
  const look = await state.look(id);
  const parameters = (await storedBody(state, run.parametersDigest)) as unknown as CheckParameters | undefined;
  const { knowledgeDigest } = parameters ?? {};
  const knowledge = knowledgeDigest === undefined ? {} : await storedBody(state, knowledgeDigest);
  if (look === null || parameters === undefined || knowledge === undefined)
    throw new Error(`what run ${run.id} of ${run.check} judged is missing from the state file`);
  const estate = followEstate(exposureDerivation, knowledge as JsonObject);
  const recalled = await recallLook(state, look);
  estate.moveTo(recalled, () => undefined);
  const facts = estateFactsOf(recalled, estate, exposureDerivation, exposureKind);
  return { look: id, dataAsOf: look.dataAsOf, picture: drawFacts(facts, parameters) };
}

async function storedBody(state: StoreReader, digest: string): Promise<Json | undefined> {
  return (await state.bodies([digest])).get(digest);
}

function drawFacts({ facts, unlisted }: EstateFacts, parameters: CheckParameters): NetworkPicture {
  const picture = startPicture(allowFor(parameters));
  for (const fact of facts) picture.add(picturedOf(fact));
  return picture.end(unlisted);
}

/** The derivation brings this shape, and nothing else is in between. */
function picturedOf({ subject, fact }: EstateFact): PicturedSubject {
  return { subject, exposure: fact as unknown as Exposure | { readonly fault: Fault } };
}

function allowFor(parameters: CheckParameters | undefined): (subject: Resource) => readonly AllowEntry[] {
  const { defaults = {}, overrides = {} } = parameters ?? {};
  return ({ id }) => allowOf(overrides[id] ?? defaults);
}

/** They have passed the check's schema. */
function allowOf(parameters: JsonObject): readonly AllowEntry[] {
  return (parameters as { readonly allow?: readonly AllowEntry[] }).allow ?? [];
}
