import { byCount, byName, count, isWhole, type Proposal } from './proposal.ts';
import { commentText, withComments } from './yaml-paragraphs.ts';

/** The parameters of `hosting-regions`: what was found, for somebody to cross out. */
export function proposeRegions(proposal: Proposal): readonly string[] {
  const { regions } = proposal.survey;
  const homes = byCount(regions.homes);
  const allowed = homes.filter(([region]) => isRegionName(region));
  const rows = allowed.map(([region, resources]) => [`- ${region}`, count(resources, 'resource')] as const);
  return [
    '# The regions in which something that holds data or serves traffic was found. Cross out what the policy does not promise:',
    '# what stands there is then told, which is what the check is for.',
    ...(isWhole(proposal) ? [] : ['# Not everything could be seen, so there may be more.']),
    ...(rows.length === 0 ? ['# Nothing was found, so nothing is proposed.', 'allowed: []'] : ['allowed:', ...withComments(rows, '  ')]),
    ...homes
      .filter(([region]) => !isRegionName(region))
      .map(([region, resources]) => `  # "${commentText(region)}" is no name of a region (${count(resources, 'resource')})`),
    ...proposeGlobal(proposal),
    ...proposeCopyRegions(proposal),
    ...proposePairs(proposal),
  ];
}

function isRegionName(text: string): boolean {
  return /^[a-z][a-z0-9]{0,59}$/.test(text);
}

function proposeGlobal({ survey, sorting }: Proposal): readonly string[] {
  const global = byName(survey.regions.global);
  if (global.length === 0) return [];
  const types = global.map(([type, resources]) => `${sorting.get(type)?.name ?? commentText(type)} ${resources}`);
  return [`  # - global   # ${types.join(', ')}: can hold data and stand in no region; allow it only if you know where their data lie`];
}

/** Where nothing but copies lie, a person decides. */
function proposeCopyRegions({ survey: { regions } }: Proposal): readonly string[] {
  const only = byCount(regions.copies).filter(([region]) => !regions.homes.has(region) && isRegionName(region));
  if (only.length === 0) return [];
  const rows = only.map(([region, copies]) => [`# - ${region}`, count(copies, 'copy', 'copies')] as const);
  return ['  # Only copies of data lie here (geo-redundant storage and backups). Allow it if they may.', ...withComments(rows, '  ')];
}

function proposePairs({ survey: { regions } }: Proposal): readonly string[] {
  const seen = byName(regions.pairs).filter(([region]) => isRegionName(region));
  const clear = seen.flatMap(([region, seconds]) => {
    const [only, another] = [...seconds];
    if (only === undefined || another !== undefined || !isRegionName(only[0])) return [];
    return [[`${region}: ${only[0]}`, `${count(only[1], 'row says', 'rows say')} so`] as const];
  });
  const unclear = seen.filter(([region]) => !clear.some(([text]) => text.startsWith(`${region}: `)));
  const missing = byCount(regions.pairsNeeded).filter(([region]) => isRegionName(region) && !regions.pairs.has(region));
  if (clear.length + unclear.length + missing.length === 0) return [];
  return [
    '# Region: the one that Azure pairs with it, where geo-redundant copies of it lie. Most rows do not say, hence this list.',
    ...(clear.length === 0 ? ['pairedRegions: {}'] : ['pairedRegions:', ...withComments(clear, '  ')]),
    ...unclear.map(([region, seconds]) => `  # ${region}: rows name ${[...seconds.keys()].map(commentText).join(' and ')}`),
    ...missing.map(
      ([region, copies]) => `  # ${region}: ?   # ${count(copies, 'geo-redundant copy', 'geo-redundant copies')}, and no row says where`,
    ),
  ];
}
