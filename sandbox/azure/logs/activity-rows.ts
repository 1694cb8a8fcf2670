import { type ActivityEvent, groupOfEvent } from './activity-events.ts';
import { azureTime, type LogRow } from './log-row.ts';

/** An event as a workspace holds it, in `AzureActivity`. */
export function activityRow(event: ActivityEvent, subscription: string): LogRow {
  const person = event.caller.includes('@');
  return {
    atMs: event.atMs,
    ingestedMs: event.atMs + event.delayMs,
    cells: {
      SourceSystem: 'Azure',
      Type: 'AzureActivity',
      SubscriptionId: subscription,
      _SubscriptionId: subscription,
      ResourceGroup: groupOfEvent(event).toUpperCase(),
      ResourceId: event.resource.toUpperCase(),
      _ResourceId: event.resource.toLowerCase(),
      ResourceProviderValue: event.operation.split('/')[0]?.toUpperCase() ?? '',
      OperationNameValue: event.operation.toUpperCase(),
      CategoryValue: event.category,
      ActivityStatusValue: event.status === 'Started' ? 'Start' : event.status === 'Succeeded' ? 'Success' : event.status,
      Level: 'Informational',
      CorrelationId: event.correlationId,
      OperationId: event.correlationId,
      EventDataId: event.id,
      EventSubmissionTimestamp: azureTime(event.submittedMs),
      Caller: event.caller,
      CallerIpAddress: event.callerAddress,
      HTTPRequest: event.callerAddress === '' ? '' : `{"clientIpAddress":"${event.callerAddress}","method":"PUT"}`,
      Claims: person ? `{"name":"${event.caller}","ipaddr":"${event.callerAddress}"}` : '',
      Claims_d: person ? { name: event.caller, ipaddr: event.callerAddress } : null,
      Hierarchy: subscription,
    },
  };
}
