import { pick } from './chance.ts';
import { azureTime, type LogRow, minuteMs, type TimeWindow } from './log-row.ts';
import { people } from './people.ts';
import { type Occurrence, occurrencesIn } from './recurring.ts';

interface Application {
  readonly id: string;
  readonly name: string;
}

/** By which people sign in to Azure Resource Manager here. Ids as Microsoft published them. */
const consoleApplications: readonly [Application, ...Application[]] = [
  { id: 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c', name: 'Azure Portal' },
  { id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', name: 'Microsoft Azure CLI' },
];
const managementId = '797f4846-ba00-4fd7-ba43-dac1f8f63013';

/** Every 5 to 9 minutes. */
export function* signIns(window: TimeWindow): Generator<LogRow> {
  for (const occurrence of occurrencesIn({ name: 'sign-ins', everyMs: 7 * minuteMs, spreadMs: 2 * minuteMs }, window)) {
    const { number, chance } = occurrence;
    yield signInRow(occurrence, pick(consoleApplications, chance.whole(number, 1, 5) === 0 ? 1 : 0));
  }
}

/** Every quarter of an hour, by one application. */
export function* signInsBy(application: Application, window: TimeWindow): Generator<LogRow> {
  const recurring = { name: `sign-ins ${application.id}`, everyMs: 15 * minuteMs, spreadMs: minuteMs };
  for (const occurrence of occurrencesIn(recurring, window)) yield signInRow(occurrence, application);
}

function signInRow({ number, atMs, chance }: Occurrence, application: Application): LogRow {
  const person = pick(people, chance.whole(number, 2, people.length));
  return {
    atMs,
    ingestedMs: atMs + minuteMs + chance.whole(number, 3, 3 * minuteMs),
    cells: {
      SourceSystem: 'Azure AD',
      Type: 'SigninLogs',
      Id: chance.guid(number, 4),
      CorrelationId: chance.guid(number, 5),
      AppId: application.id,
      AppDisplayName: application.name,
      ResourceDisplayName: 'Windows Azure Service Management API',
      ResourceIdentity: managementId,
      Identity: person.name,
      UserDisplayName: person.name,
      UserId: person.objectId,
      UserPrincipalName: person.mail,
      UserAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
      IPAddress: person.address,
      Location: 'NL',
      LocationDetails: { city: 'Utrecht', countryOrRegion: 'NL' },
      DeviceDetail: { displayName: `laptop of ${person.name}` },
      DurationMs: 120 + chance.whole(number, 6, 400),
      IsInteractive: true,
      ResultType: '0',
      ResultDescription: '',
      Status: { errorCode: 0 },
    },
  };
}

/** Every 20 to 30 minutes: what was done in the directory. */
export function* directoryAudits(window: TimeWindow): Generator<LogRow> {
  for (const { number, atMs, chance } of occurrencesIn({ name: 'audits', everyMs: 25 * minuteMs, spreadMs: 5 * minuteMs }, window)) {
    const person = pick(people, chance.whole(number, 1, people.length));
    const other = pick(people, chance.whole(number, 2, people.length));
    yield {
      atMs,
      ingestedMs: atMs + minuteMs + chance.whole(number, 3, 3 * minuteMs),
      cells: {
        SourceSystem: 'Azure AD',
        Type: 'AuditLogs',
        Id: `Directory_${chance.guid(number, 4)}`,
        CorrelationId: chance.guid(number, 5),
        OperationName: 'Add member to group',
        ActivityDisplayName: 'Add member to group',
        ActivityDateTime: azureTime(atMs),
        Category: 'GroupManagement',
        InitiatedBy: { user: { userPrincipalName: person.mail, ipAddress: person.address } },
        TargetResources: [{ type: 'User', userPrincipalName: other.mail }],
        LoggedByService: 'Core Directory',
        Result: 'success',
        Identity: person.name,
      },
    };
  }
}
