import { FaultError } from '../../domain/fault.ts';
import { isAllowedRequest, type Method } from './allowed-requests.ts';
import { decodePath } from './send-once.ts';

/** Of the query besides the version: `$filter` -> `eventTimestamp ge '...'`. */
export type QueryParameters = { readonly [name in '$filter' | '$select' | '$expand']?: string };

/** Where to send a request. Throws a plain Error for a path that may not be asked: a defect of ours, and nothing was sent. */
export function makeUrl(origin: string, method: Method, path: string, apiVersion: string, parameters: QueryParameters = {}): URL {
  if (!isAllowedRequest(method, path)) throw new Error(`${method} ${path} is not on the list of what may be sent`);
  const url = new URL(origin);
  // Names of people's own, spaces and percent signs included, stand in ARM ids undecoded.
  url.pathname = path.split('/').map(encodeURIComponent).join('/');
  url.searchParams.set('api-version', apiVersion);
  // Spaces as %20, as Microsoft's own clients write them: URLSearchParams would write plus signs.
  const written = Object.entries(parameters).map(([name, value]) => `&${name}=${encodeURIComponent(value)}`);
  url.search += written.join('');
  return url;
}

/**
 * The next page, wherever the origin says, as long as it is the same origin and something that we may ask: the token goes nowhere else.
 * @throws FaultError `malformed`
 */
export function followLink(link: string, origin: string, apiVersion: string, seen: ReadonlySet<string>): URL {
  const url = URL.parse(link, origin);
  if (url === null || url.origin !== origin || url.username !== '' || url.password !== '') {
    throw new FaultError('malformed', 'the link to the next page leads to another origin, and was not followed');
  }
  if (!isAllowedRequest('GET', decodePath(url.pathname))) {
    throw new FaultError('malformed', 'the link to the next page leads to something that is no list of Azure, and was not followed');
  }
  if (!url.searchParams.has('api-version')) url.searchParams.set('api-version', apiVersion);
  if (seen.has(url.href)) throw new FaultError('malformed', 'the links to the next page lead in a circle');
  return url;
}
