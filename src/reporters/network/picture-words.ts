import type {
  NetworkPicture,
  PicturedArrow,
  PicturedEntry,
  PicturedEntryKind,
  PicturedServers,
  PicturedSubnet,
} from '../../domain/network-picture.ts';

/** How an arrow is drawn, and told: never by colour alone. */
export type Tone = 'outside' | 'unsure' | 'allowed';

export const tones: readonly Tone[] = ['outside', 'unsure', 'allowed'];

export function toneOf({ outcome, isAllowed }: Pick<PicturedArrow, 'outcome' | 'isAllowed'>): Tone {
  if (isAllowed) return 'allowed';
  return outcome === 'unknown' ? 'unsure' : 'outside';
}

export const toneWords: { readonly [T in Tone]: string } = {
  outside: 'outside the allow-list',
  unsure: 'cannot be known',
  allowed: 'on the allow-list',
};

/** The same where there is little room. */
export const verdictWords: { readonly [T in Tone]: string } = { outside: 'not allowed', unsure: 'cannot be known', allowed: 'allowed' };

const kindWords: { readonly [K in PicturedEntryKind]: string } = {
  'public-ip': 'public address of its own',
  'own-addresses': 'each server has its own',
  'load-balancer': 'load balancer',
  'nat-rule': 'load balancer, NAT rule',
  'application-gateway': 'application gateway',
  'firewall-dnat': 'firewall, DNAT rule',
  unknown: 'not known',
};

export function kindText({ kind, isProtected }: PicturedEntry): string {
  return kind === 'application-gateway' && isProtected ? `${kindWords[kind]}, WAF` : kindWords[kind];
}

/** `6 servers`, `web-1`, `scale set web`, `interface nic-7` */
export function serversText({ kind, members }: PicturedServers): string {
  const [first] = members;
  if (members.length === 1 && first !== undefined) return kind === 'machine' ? first.name : `${oneOf[kind]} ${first.name}`;
  return `${members.length.toLocaleString('en')} ${severalOf[kind]}`;
}

const oneOf: { readonly [K in PicturedServers['kind']]: string } = { machine: 'server', 'scale-set': 'scale set', interface: 'interface' };
const severalOf: { readonly [K in PicturedServers['kind']]: string } = {
  machine: 'servers',
  'scale-set': 'scale sets',
  interface: 'interfaces',
};

/** `web-{0, 1, 2}`: what names of one fleet begin with is said once. */
export function fleetText(names: readonly string[], most: number): string {
  const shared = names.reduce(sharedStart);
  if (names.length < 2 || shared.length < 4) return namesText(names, most);
  return `${shared}{${namesText(
    names.map((name) => name.slice(shared.length)),
    most,
  )}}`;
}

function sharedStart(left: string, right: string): string {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return left.slice(0, length);
}

/** The first names, and how many more there are. */
export function namesText(names: readonly string[], most: number): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more.toLocaleString('en')} more` : names.join(', ');
}

export function sourcesText({ sources }: PicturedArrow): string {
  return sources === '' ? '' : `from ${sources}`;
}

/** One arrow whole, for who cannot see it or wants the long names. */
export function wayText(arrow: PicturedArrow, entry: PicturedEntry, servers: PicturedServers, subnet: PicturedSubnet): string {
  const through = entry.kind === 'unknown' ? entry.name : `${entry.name} (${[kindText(entry), ...entry.addresses].join(', ')})`;
  const who =
    servers.members.length === 1
      ? serversText(servers)
      : `${serversText(servers)} (${namesText(
          servers.members.map(({ name }) => name),
          60,
        )})`;
  const sources = sourcesText(arrow);
  const because = arrow.because.length === 0 ? '' : `: ${arrow.because.join('; ')}`;
  return `${through}: ${arrow.ports}${sources === '' ? '' : ` ${sources}`} to ${who} in ${subnet.name}, ${toneWords[toneOf(arrow)]}${because}`;
}

/** What the picture comes to, in sentences. */
export function summaryOf(picture: NetworkPicture): readonly string[] {
  const { arrows, interfaces, unlisted } = picture;
  if (arrows.length > 0) return [`${countTones(arrows)}.`, notDrawnText(picture)];
  if (unlisted.length > 0)
    return ['No way in is known, but interfaces may be missing: nothing can be said of the whole.', notDrawnText(picture)];
  if (interfaces === 0) return ['No network interface was found, so nothing is known of what can be reached.'];
  return [`Nothing of our networks can be reached from the Internet: of ${count(interfaces, 'interface')}, none.`, notDrawnText(picture)];
}

function countTones(arrows: readonly PicturedArrow[]): string {
  const parts = tones.flatMap((tone) => {
    const own = arrows.filter((arrow) => toneOf(arrow) === tone).length;
    return own === 0 ? [] : [{ own, words: tone === 'unsure' ? 'that cannot be known' : toneWords[tone] }];
  });
  return parts.map(({ own, words }, index) => `${index === 0 ? `${count(own, 'way')} in` : own.toLocaleString('en')} ${words}`).join(', ');
}

/** Latent and closed are all of them, where a picture can hold the rest. */
function notDrawnText({ notDrawn, interfaces }: NetworkPicture): string {
  const all = Object.values(notDrawn).reduce((sum, own) => sum + own, 0);
  if (all === 0) return `All of ${count(interfaces, 'interface')} are drawn.`;
  const { exposed, narrow, unknown, latent, closed } = notDrawn;
  const parts = [
    ...(closed > 0 ? [`${closed.toLocaleString('en')} closed`] : []),
    ...(latent > 0 ? [`${latent.toLocaleString('en')} with a rule that is open though no way in leads there`] : []),
    ...(exposed + narrow > 0 ? [`${(exposed + narrow).toLocaleString('en')} that can be reached, for which there is no room`] : []),
    ...(unknown > 0 ? [`${unknown.toLocaleString('en')} that cannot be known, for which there is no room`] : []),
  ];
  return `${all.toLocaleString('en')} of ${count(interfaces, 'interface')} are not drawn: ${parts.join(', ')}.`;
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}
