/** Longer than any redirect that is meant to be followed. */
const mostCharacters = 2_000;

/**
 * A Location header as it may be kept: no user and password, and no parameters, query or fragment, which hold tokens and change at every look
 * (`https://a@shop.example.com/login?state=1` is `https://shop.example.com/login?...`).
 */
export function readLocation(location: string): string {
  return location
    .replace(/^([a-z][a-z0-9+.-]*:)?([/\\]*)[^/\\?#]*@/isu, '$1$2')
    .replace(/([;?#]).*$/su, '$1...')
    .slice(0, mostCharacters);
}
