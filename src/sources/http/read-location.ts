/** Longer than any redirect that is meant to be followed. */
const mostCharacters = 2_000;

/**
 * A Location header as it may be kept: no user and password, no parameters, query or fragment, and no part of the path that looks like a token (16 or more
 * characters with a digit), which are secret and change at every look (`https://a@shop.example.com/login?state=1` is `https://shop.example.com/login?...`).
 */
export function readLocation(location: string): string {
  const bare = location.replace(/^([a-z][a-z0-9+.-]*:)?([/\\]*)[^/\\?#]*@/isu, '$1$2').replace(/([;?#]).*$/su, '$1...');
  const origin = originOf.exec(bare)?.[0] ?? '';
  const path = bare.slice(origin.length).replace(/[^/\\]{16,}/gu, (part) => (/\d/.test(part) ? '...' : part));
  return `${origin}${path}`.slice(0, mostCharacters);
}

/** Scheme and host as clients read them, with however many slashes; nothing of a path. */
const originOf = /^(?:[a-z][a-z0-9+.-]*:[/\\]*[^/\\]*|[/\\]{2,}[^/\\]*)/iu;
