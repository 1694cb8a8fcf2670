import type { JsonObject } from '../domain/json.ts';
import type { ResourceTypePlan } from '../domain/look.ts';
import { subscriptionResource } from '../domain/resource-id.ts';
import type { AzureSettings } from '../sources/azure/azure-settings.ts';
import { azureSource } from '../sources/azure/azure-source.ts';
import { createSurveyor, type EstateSurvey } from './estate-survey.ts';

const deadlineMs = 600_000;

/** One look at these subscriptions, counted while it comes: nothing of it is kept. What cannot be seen is told, not thrown. @throws AbortError where it was stopped, since half an estate is none */
export async function lookAtEstate(
  settings: AzureSettings,
  resourceTypes: readonly ResourceTypePlan[],
  signal: AbortSignal,
): Promise<EstateSurvey> {
  const surveyor = createSurveyor();
  const look = azureSource.create().look({
    subjects: settings.subscriptions.map(subscriptionResource),
    resourceTypes,
    // Validated just now: plain data.
    azure: settings as unknown as JsonObject,
    discovered: { port: 443, httpPort: 80 },
    // What is only compared is of no use to a survey, and takes its time.
    options: { effectiveRulesSample: 0 },
    vantage: { name: 'here', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 8,
    subjectDeadlineMs: 15_000,
    signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
  });
  for await (const observation of look) surveyor.see(observation);
  signal.throwIfAborted();
  return surveyor.survey();
}
