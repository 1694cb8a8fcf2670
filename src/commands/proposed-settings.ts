import { azureClouds } from '../sources/azure/azure-settings.ts';
import { blindCauses, count, isWhole, type Proposal, serviceTagsFile, shorten, totalByType, unsortedTypes } from './proposal.ts';
import { proposeChecks } from './proposed-checks.ts';
import { commentText, replaceLine, replaceParagraph, withComments } from './yaml-paragraphs.ts';

/** More names of endpoints nobody reads in a comment. */
const mostNamed = 50;
const mostListed = 8;

/** `claimwatch.yaml`: the packaged one with its comments, and what was found in the place of its examples. */
export function proposeSettings(packaged: string, proposal: Proposal): string {
  let text = replaceLine(packaged, '# What claimwatch watches', (line) => introduce(line, proposal));
  text = replaceParagraph(text, 'endpoints', (paragraph) => proposeEndpoints(paragraph, proposal));
  text = replaceParagraph(text, 'azure', (paragraph) => proposeAzure(paragraph, proposal));
  return replaceParagraph(text, 'checks', (paragraph) => proposeChecks(paragraph, proposal));
}

function introduce(line: string, proposal: Proposal): string {
  const { subscriptions, survey, today } = proposal;
  const resources = [...totalByType(survey).values()].reduce((sum, one) => sum + one, 0);
  const rest = line.slice(line.indexOf('`'));
  const isCounted = subscriptions.every(({ id }) => survey.census.has(id));
  const found = `${count(subscriptions.length, 'subscription')}${isCounted ? ` and ${count(resources, 'resource')}` : ''}`;
  return [
    `# Proposed by "claimwatch init" on ${today} after one look at ${found}. Read it before you rely on it:`,
    '# what stands here was found, which does not mean that it ought to be there. Above all azure.subscriptions, and under checks',
    '# what is more than one line: there stand the lists that are expected.',
    ...(isWhole(proposal) ? [] : ['# Not everything could be seen: see under azure. What was not seen is not proposed.']),
    `# ${rest}`,
  ].join('\n');
}

function proposeEndpoints(paragraph: string, { survey }: Proposal): string {
  const example = paragraph.slice(paragraph.search(/^endpoints:/m));
  const found = survey.endpoints;
  const shown = found.slice(0, mostNamed).map((host) => `#   ${commentText(host)}`);
  const more = found.length > mostNamed ? [`#   and ${found.length - mostNamed} more`] : [];
  return [
    '# Public HTTPS endpoints that Azure does not tell of: names that lead elsewhere, other ports, paths worth asking for.',
    found.length === 0
      ? '# None was found in Azure.'
      : `# These ${found.length} were found in Azure. They are looked at by themselves, as long as they are there, and need not stand here:`,
    ...shown,
    ...more,
    example,
  ].join('\n');
}

function proposeAzure(paragraph: string, proposal: Proposal): string {
  const [first = ''] = paragraph.split('\n');
  const rows = proposal.subscriptions.map(({ id, name, state }) => {
    const types = proposal.survey.census.get(id);
    const resources =
      types === undefined
        ? 'could not be counted'
        : count(
            [...types.values()].reduce((sum, one) => sum + one, 0),
            'resource',
          );
    const odd = state.toLowerCase() === 'enabled' ? [] : [commentText(state)];
    return [`- ${id}`, [commentText(name), ...odd, resources].join(', ')] as const;
  });
  return [
    first,
    'azure:',
    ...proposeCloud(proposal),
    ...proposeIdentity(proposal),
    '  # Cross out what the policy is not about.',
    '  subscriptions:',
    ...withComments(rows, '    '),
    '  endpoints: { port: 443, httpPort: 80 }   # how public endpoints found there are asked',
    ...proposeServiceTags(proposal),
    ...tellUnsorted(proposal),
    ...tellBlind(proposal),
  ].join('\n');
}

function proposeCloud({ settings: { cloud, certificateAuthority } }: Proposal): readonly string[] {
  const known = Object.entries(azureClouds).find(([, { resourceManager }]) => resourceManager === cloud.resourceManager);
  const keys = ['resourceManager', 'authority', 'scope', 'logAnalytics'] as const;
  const addresses = keys.flatMap((key) => (cloud[key] === undefined ? [] : [`${key}: ${JSON.stringify(cloud[key])}`]));
  return [
    ...(known?.[0] === 'public' ? [] : [`  cloud: ${known?.[0] ?? `{ ${addresses.join(', ')} }`}`]),
    ...(certificateAuthority === undefined ? [] : [`  certificateAuthority: ${JSON.stringify(certificateAuthority)}`]),
  ];
}

function proposeIdentity({ settings: { identity } }: Proposal): readonly string[] {
  const members = Object.entries(identity).map(([key, value]) => `${key}: ${key === 'kind' ? value : JSON.stringify(value)}`);
  const written = `  identity: { ${members.join(', ')} }`;
  if (identity.kind !== 'azure-cli') return [written];
  return [
    '  # Who is logged in at the Azure command line, which is right for a laptop only. In production, for example:',
    '  # identity: { kind: managed-identity }   # with the role in azure/role.json',
    written,
  ];
}

const renewTags = `az network list-service-tags --location westeurope > ${serviceTagsFile}`;

function proposeServiceTags({ serviceTags }: Proposal): readonly string[] {
  if ('fault' in serviceTags) {
    return [
      `  # Azure's own addresses, for hosting-endpoints, which is unknown without them. Could not be fetched (${serviceTags.fault.code}):`,
      `  # ${commentText(serviceTags.fault.message)}`,
      `  # ${renewTags}`,
      `  # serviceTags: ${serviceTagsFile}`,
    ];
  }
  return [
    `  # Azure's own addresses, for hosting-endpoints: ${count(serviceTags.ranges, 'range')} as of today. They change every week; renew them with`,
    `  # ${renewTags}`,
    `  serviceTags: ${serviceTagsFile}`,
  ];
}

function tellUnsorted(proposal: Proposal): readonly string[] {
  const unsorted = unsortedTypes(proposal);
  if (unsorted.length === 0) return [];
  const rows = unsorted.map(([type, resources]) => [`#   ${commentText(type)}`, count(resources, 'resource')] as const);
  return [
    '  # Nobody sorted these types yet (holds data, serves traffic, neither), so the claims about "all" are unknown. Copy the',
    '  # packaged azure/resource-types.yaml beside this file, add them there, and name it here:',
    ...withComments(rows, '  '),
    '  # resourceTypes: azure/resource-types.yaml',
  ];
}

function tellBlind(proposal: Proposal): readonly string[] {
  if (isWhole(proposal)) return [];
  const causes = blindCauses(proposal);
  const shown = causes.slice(0, mostNamed).map(({ code, text, subscriptions, types }) => {
    const where = `in ${shorten(subscriptions.map(commentText), mostListed)}`;
    return `  #   ${code}: ${commentText(text)} ${where}${types.length === 0 ? '' : ` (${shorten(types.map(commentText), mostListed)})`}`;
  });
  const more = causes.length > mostNamed ? [`  #   and ${causes.length - mostNamed} more causes`] : [];
  return ['  # This look could not see everything; "claimwatch azure permissions" says what the identity lacks:', ...shown, ...more];
}
