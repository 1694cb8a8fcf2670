import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

const packaged = parse(await readFile(new URL('../config/claimwatch.yaml', import.meta.url), 'utf8')) as {
  readonly checks: Readonly<Record<string, object>>;
};

const ofEndpoints = /^(tls-|https-redirect|https-hsts|disclosure-http|disclosure-names|availability-|hosting-endpoints)/;
/** They need looks of their own, which connect to what the configuration names. */
const ofNeither: ReadonlySet<string> = new Set(['network-outside-probe']);

/** The checks that judge what endpoints answer, with what the packaged configuration says of them. */
export const endpointChecks = Object.fromEntries(Object.entries(packaged.checks).filter(([id]) => ofEndpoints.test(id)));

/** The checks that judge resources of Azure. */
export const azureChecks = Object.fromEntries(
  Object.entries(packaged.checks).filter(([id]) => !ofEndpoints.test(id) && !ofNeither.has(id)),
);
