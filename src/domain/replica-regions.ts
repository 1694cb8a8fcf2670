/** Where a copy of a resource's data lies: in a named region, in the region that Azure pairs with another, or nobody can tell from the row. */
export type Replica = { readonly what: string; readonly rule: string } & (
  | { readonly region: string }
  | { readonly pairOf: string }
  | { readonly unclear: string }
);

/** Of a row just what says where copies lie. Null is as good as absent. */
export interface PlacedRow {
  readonly location?: string | null | undefined;
  readonly kind?: string | null | undefined;
  readonly sku?: { readonly name?: string | null | undefined } | null | undefined;
  readonly properties?: PlacedProperties | null | undefined;
}

interface PlacedProperties {
  readonly secondaryLocation?: string | null | undefined;
  readonly locations?: Places;
  readonly additionalLocations?: Places;
  readonly replicaSets?: Places;
  readonly regionDetails?: Places;
  readonly publishingProfile?: { readonly targetRegions?: Places } | null | undefined;
  readonly replication?:
    | { readonly enabled?: boolean | null | undefined; readonly location?: string | null | undefined }
    | null
    | undefined;
  readonly backupPolicy?: BackupPolicy | null | undefined;
  readonly currentBackupStorageRedundancy?: string | null | undefined;
  readonly defaultSecondaryLocation?: string | null | undefined;
  readonly backup?: { readonly geoRedundantBackup?: string | null | undefined } | null | undefined;
  readonly redundancySettings?: { readonly standardTierStorageRedundancy?: string | null | undefined } | null | undefined;
  readonly storageSettings?: readonly { readonly type?: string | null | undefined }[] | null | undefined;
}

/** A list of regions; each service names the member in its own way. */
type Places = readonly Place[] | null | undefined;
interface Place {
  readonly locationName?: string | null | undefined;
  readonly location?: string | null | undefined;
  readonly name?: string | null | undefined;
}

interface BackupPolicy {
  readonly type?: string | null | undefined;
  readonly periodicModeProperties?: { readonly backupStorageRedundancy?: string | null | undefined } | null | undefined;
}

/** `West Europe`, `westeurope` and `WestEurope` are one region. */
export function normalRegion(text: string): string {
  return text.toLowerCase().replaceAll(/\s/g, '');
}

/** The copies of which the row of such a type speaks, beside its own location. Where a copy is the service's default, absence means that there is one. */
export function replicasOf(type: string, row: PlacedRow): readonly Replica[] {
  return readers.get(type)?.(row.properties ?? {}, row) ?? [];
}

type Reader = (properties: PlacedProperties, row: PlacedRow) => readonly Replica[];

const flexibleServer: Reader = ({ backup }, { location }) =>
  judgeGeo(backup?.geoRedundantBackup, {
    what: 'backup',
    rule: 'properties.backup.geoRedundantBackup',
    geo: ['enabled'],
    here: ['disabled'],
    region: { pairOf: location ?? '' },
  });

const readers: ReadonlyMap<string, Reader> = new Map([
  ['microsoft.storage/storageaccounts', readStorage],
  ['microsoft.aad/domainservices', ({ replicaSets }) => readPlaces(replicaSets, 'properties.replicaSets')],
  ['microsoft.apimanagement/service', ({ additionalLocations }) => readPlaces(additionalLocations, 'properties.additionalLocations')],
  ['microsoft.cognitiveservices/accounts', ({ locations }) => readPlaces(locations, 'properties.locations.regions')],
  [
    'microsoft.compute/galleries/images/versions',
    ({ publishingProfile }) => readPlaces(publishingProfile?.targetRegions, 'properties.publishingProfile.targetRegions'),
  ],
  ['microsoft.devices/iothubs', readLocations],
  ['microsoft.documentdb/databaseaccounts', (properties, row) => [...readLocations(properties), ...readCosmosBackup(properties, row)]],
  ['microsoft.machinelearningservices/registries', ({ regionDetails }) => readPlaces(regionDetails, 'properties.regionDetails')],
  ['microsoft.operationalinsights/workspaces', readReplication],
  ['microsoft.sql/servers/databases', readSqlDatabase],
  ['microsoft.sql/managedinstances', readSqlDatabase],
  ['microsoft.dbforpostgresql/flexibleservers', flexibleServer],
  ['microsoft.dbformysql/flexibleservers', flexibleServer],
  ['microsoft.recoveryservices/vaults', readRecoveryVault],
  ['microsoft.dataprotection/backupvaults', readBackupVault],
] satisfies [string, Reader][]);

function readStorage({ secondaryLocation }: PlacedProperties, { sku }: PlacedRow): readonly Replica[] {
  const copy = { what: 'copy', rule: 'properties.secondaryLocation' };
  if (isGiven(secondaryLocation)) return [{ ...copy, region: secondaryLocation }];
  const name = sku?.name;
  if (isGiven(name) && !/_(ra)?gz?rs$/i.test(name)) return [];
  return [{ ...copy, unclear: `the region of the copy is not given (sku ${name ?? 'absent'})` }];
}

/** Of services that always say where they are. */
function readLocations({ locations }: PlacedProperties): readonly Replica[] {
  const rule = 'properties.locations';
  const copies = readPlaces(locations, rule);
  return copies.length === 0 ? [{ what: 'copy', rule, unclear: 'no locations are listed' }] : copies;
}

function readPlaces(places: Places, rule: string): readonly Replica[] {
  return (places ?? []).map(({ locationName, location, name }) => readPlace(locationName ?? location ?? name, rule));
}

function readPlace(region: string | null | undefined, rule: string): Replica {
  return isGiven(region) ? { what: 'copy', rule, region } : { what: 'copy', rule, unclear: 'a location has no name' };
}

/** Logs are copied to a second region only where somebody turned it on. */
function readReplication({ replication }: PlacedProperties): readonly Replica[] {
  return replication?.enabled === true ? [readPlace(replication.location, 'properties.replication.location')] : [];
}

/** Periodic and geo-redundant unless somebody chose otherwise; continuous backups stay in the regions of the account. */
function readCosmosBackup({ backupPolicy }: PlacedProperties, { location }: PlacedRow): readonly Replica[] {
  const backup = { what: 'backup', rule: 'properties.backupPolicy.periodicModeProperties.backupStorageRedundancy' };
  const type = backupPolicy?.type?.toLowerCase() ?? 'periodic';
  if (type === 'continuous') return [];
  if (type !== 'periodic') return [{ ...backup, unclear: `backup policy ${type}` }];
  const redundancy = backupPolicy?.periodicModeProperties?.backupStorageRedundancy ?? 'Geo';
  return judgeGeo(redundancy, { ...backup, geo: ['geo'], here: ['local', 'zone'], region: { pairOf: location ?? '' } });
}

/** Geo-redundant unless somebody chose otherwise. System databases are not backed up. */
function readSqlDatabase(properties: PlacedProperties, { kind, location }: PlacedRow): readonly Replica[] {
  if (kind?.toLowerCase().split(',').includes('system') === true) return [];
  const { currentBackupStorageRedundancy, defaultSecondaryLocation } = properties;
  return judgeGeo(currentBackupStorageRedundancy ?? 'Geo', {
    what: 'backup',
    rule: 'properties.currentBackupStorageRedundancy',
    geo: ['geo', 'geozone'],
    here: ['local', 'zone'],
    region: isGiven(defaultSecondaryLocation) ? { region: defaultSecondaryLocation } : { pairOf: location ?? '' },
  });
}

/** Geo-redundant unless somebody chose otherwise. */
function readRecoveryVault({ redundancySettings }: PlacedProperties, { location }: PlacedRow): readonly Replica[] {
  const rule = 'properties.redundancySettings.standardTierStorageRedundancy';
  const redundancy = redundancySettings?.standardTierStorageRedundancy ?? 'GeoRedundant';
  return judgeGeo(redundancy, { what: 'backups', rule, ...vaultWords, region: { pairOf: location ?? '' } });
}

function readBackupVault({ storageSettings }: PlacedProperties, { location }: PlacedRow): readonly Replica[] {
  const rule = 'properties.storageSettings.type';
  const backups = { what: 'backups', rule, ...vaultWords, region: { pairOf: location ?? '' } };
  const types = (storageSettings ?? []).map(({ type }) => type);
  return types.length === 0 ? [{ what: 'backups', rule, unclear: 'no store is listed' }] : types.flatMap((type) => judgeGeo(type, backups));
}

const vaultWords = { geo: ['georedundant'], here: ['locallyredundant', 'zoneredundant'] } as const;

interface GeoWords {
  readonly what: string;
  readonly rule: string;
  /** Words for a copy in another region, and for none; lower case. */
  readonly geo: readonly string[];
  readonly here: readonly string[];
  readonly region: { readonly region: string } | { readonly pairOf: string };
}

function judgeGeo(value: string | null | undefined, { what, rule, geo, here, region }: GeoWords): readonly Replica[] {
  const text = value?.toLowerCase() ?? '';
  if (here.includes(text)) return [];
  return [geo.includes(text) ? { what, rule, ...region } : { what, rule, unclear: `redundancy ${value ?? 'absent'}` }];
}

function isGiven(text: string | null | undefined): text is string {
  return text !== null && text !== undefined && text !== '';
}
