/**
 * Names that tell in which Azure region, or on which Azure service, something runs.
 * Regions: public copies of what `az account list-locations` answers in the public, US government and China clouds, with announced ones.
 * Suffixes: Microsoft Learn, "Azure Private Endpoint private DNS zone values", and the default host names that each service's own page states.
 * Put together on 2026-11-24, not compared with a live subscription; a region or service that is younger is not recognised.
 */

/** As people read them; without spaces and in lower case they are the programmatic names (`westeurope`). */
export const azureRegions: readonly string[] = [
  // Europe
  ...['West Europe', 'North Europe', 'UK South', 'UK West', 'France Central', 'France South', 'Germany West Central', 'Germany North'],
  ...['Switzerland North', 'Switzerland West', 'Norway East', 'Norway West', 'Sweden Central', 'Sweden South', 'Poland Central'],
  ...['Italy North', 'Spain Central', 'Austria East', 'Belgium Central', 'Denmark East', 'Finland Central', 'Greece Central'],
  // Americas
  ...['East US', 'East US 2', 'East US 2 EUAP', 'East US 3', 'Central US', 'Central US EUAP', 'North Central US', 'South Central US'],
  ...['South Central US 2', 'West Central US', 'West US', 'West US 2', 'West US 3', 'Southeast US', 'Southeast US 3', 'Southeast US 5'],
  ...[
    'Northeast US 5',
    'Southwest US',
    'Canada Central',
    'Canada East',
    'Mexico Central',
    'Brazil South',
    'Brazil Southeast',
    'Chile Central',
  ],
  // Asia and Pacific
  ...[
    'East Asia',
    'Southeast Asia',
    'Japan East',
    'Japan West',
    'Korea Central',
    'Korea South',
    'Central India',
    'South India',
    'West India',
  ],
  ...['India South Central', 'Jio India Central', 'Jio India West', 'Indonesia Central', 'Malaysia South', 'Malaysia West', 'Taiwan North'],
  ...['Taiwan Northwest', 'Australia East', 'Australia Southeast', 'Australia Central', 'Australia Central 2', 'New Zealand North'],
  // Middle East and Africa
  ...['UAE North', 'UAE Central', 'Qatar Central', 'Israel Central', 'Israel Northwest', 'Saudi Arabia East', 'South Africa North'],
  'South Africa West',
  // Clouds of their own
  ...['US Gov Virginia', 'US Gov Arizona', 'US Gov Texas', 'US DoD East', 'US DoD Central'],
  ...['China East', 'China East 2', 'China East 3', 'China North', 'China North 2', 'China North 3'],
];

/** Host name suffix -> what runs there. The longest suffix of a name decides. */
export const azureServiceSuffixes: ReadonlyMap<string, string> = new Map([
  ['azurewebsites.net', 'App Service'],
  ['azurewebsites.us', 'App Service'],
  ['chinacloudsites.cn', 'App Service'],
  ['appserviceenvironment.net', 'App Service Environment'],
  ['azurestaticapps.net', 'Static Web Apps'],
  ['azurecontainerapps.io', 'Container Apps'],
  ['azurecontainer.io', 'Container Instances'],
  ['azmk8s.io', 'Kubernetes Service'],
  ['azurecr.io', 'Container Registry'],
  ['azurefd.net', 'Front Door'],
  ['azurefd.us', 'Front Door'],
  ['afd.azureedge.net', 'Front Door'],
  ['azureedge.net', 'Content Delivery Network'],
  ['trafficmanager.net', 'Traffic Manager'],
  ['usgovtrafficmanager.net', 'Traffic Manager'],
  ['trafficmanager.cn', 'Traffic Manager'],
  ['cloudapp.azure.com', 'public address of a virtual network'],
  ['cloudapp.usgovcloudapi.net', 'public address of a virtual network'],
  ['cloudapp.chinacloudapi.cn', 'public address of a virtual network'],
  ['cloudapp.net', 'Cloud Services'],
  ['azure-api.net', 'API Management'],
  ['azure-api.us', 'API Management'],
  ['azuregateway.net', 'VPN Gateway'],
  ['blob.core.windows.net', 'Blob Storage'],
  ['blob.core.usgovcloudapi.net', 'Blob Storage'],
  ['blob.core.chinacloudapi.cn', 'Blob Storage'],
  ['file.core.windows.net', 'Azure Files'],
  ['queue.core.windows.net', 'Queue Storage'],
  ['table.core.windows.net', 'Table Storage'],
  ['dfs.core.windows.net', 'Data Lake Storage'],
  ['web.core.windows.net', 'Storage static website'],
  ['blob.storage.azure.net', 'Blob Storage'],
  ['web.storage.azure.net', 'Storage static website'],
  ['afs.azure.net', 'File Sync'],
  ['database.windows.net', 'SQL Database'],
  ['database.usgovcloudapi.net', 'SQL Database'],
  ['database.chinacloudapi.cn', 'SQL Database'],
  ['postgres.database.azure.com', 'Database for PostgreSQL'],
  ['mysql.database.azure.com', 'Database for MySQL'],
  ['mariadb.database.azure.com', 'Database for MariaDB'],
  ['documents.azure.com', 'Cosmos DB'],
  ['cosmos.azure.com', 'Cosmos DB'],
  ['redis.cache.windows.net', 'Cache for Redis'],
  ['redis.azure.net', 'Managed Redis'],
  ['redisenterprise.cache.azure.net', 'Cache for Redis'],
  ['search.windows.net', 'AI Search'],
  ['servicebus.windows.net', 'Service Bus or Event Hubs'],
  ['eventgrid.azure.net', 'Event Grid'],
  ['service.signalr.net', 'SignalR Service'],
  ['webpubsub.azure.com', 'Web PubSub'],
  ['azure-devices.net', 'IoT Hub'],
  ['vault.azure.net', 'Key Vault'],
  ['vaultcore.azure.net', 'Key Vault'],
  ['managedhsm.azure.net', 'Managed HSM'],
  ['azconfig.io', 'App Configuration'],
  ['azuresynapse.net', 'Synapse Analytics'],
  ['azuredatabricks.net', 'Databricks'],
  ['datafactory.azure.net', 'Data Factory'],
  ['kusto.windows.net', 'Data Explorer'],
  ['azurehdinsight.net', 'HDInsight'],
  ['cognitiveservices.azure.com', 'AI services'],
  ['openai.azure.com', 'Azure OpenAI'],
  ['api.azureml.ms', 'Machine Learning'],
  ['azure-automation.net', 'Automation'],
  ['batch.azure.com', 'Batch'],
  ['logic.azure.com', 'Logic Apps'],
  ['backup.windowsazure.com', 'Backup'],
  ['oms.opinsights.azure.com', 'Azure Monitor'],
  ['ods.opinsights.azure.com', 'Azure Monitor'],
  ['monitor.azure.com', 'Azure Monitor'],
  ['applicationinsights.azure.com', 'Application Insights'],
  ['b2clogin.com', 'Entra External ID'],
  ['ciamlogin.com', 'Entra External ID'],
]);

/** What services call themselves in headers, cookie names and error pages -> the service. Lower case. */
export const azureServiceMarks: ReadonlyMap<string, string> = new Map([
  ['microsoft-azure-application-gateway', 'Application Gateway'],
  ['applicationgatewayaffinity', 'Application Gateway'],
  ['applicationgatewayaffinitycors', 'Application Gateway'],
  ['arraffinity', 'App Service'],
  ['arraffinitysamesite', 'App Service'],
  ['windows-azure-blob', 'Blob Storage'],
  ['windows-azure-file', 'Azure Files'],
  ['windows-azure-queue', 'Queue Storage'],
  ['windows-azure-table', 'Table Storage'],
  ['windows-azure-web', 'Storage static website'],
]);

/**
 * Ends of names that only an inner network resolves. RFC 6762 appendix G and section 3 (.local), ICANN's reserved .internal (2024-07-29), RFC 8375 (.home.arpa),
 * ICANN's .corp, .home and .mail (never delegated); `internal.cloudapp.net` is Azure's name for virtual machines among themselves.
 */
export const internalSuffixes: ReadonlySet<string> = new Set([
  ...['local', 'internal', 'corp', 'lan', 'intranet', 'private', 'home', 'mail', 'localdomain', 'home.arpa', 'internal.cloudapp.net'],
]);
