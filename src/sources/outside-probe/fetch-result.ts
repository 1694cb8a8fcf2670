import { createReadStream } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { FaultError } from '../../domain/fault.ts';
import { codeOfError, isTrustCode } from '../azure/network-fault.ts';
import { faultOfAbort } from '../until-aborted.ts';

/** Far more than a thousand addresses that refuse at each port need. */
const mostBytes = 16 * 1_048_576;

/** @throws FaultError `unreachable` where there is none (yet), `denied`, `malformed` where it is too long, `timeout`. */
export async function readResultFile(path: string, signal: AbortSignal): Promise<string> {
  try {
    return await readBounded(createReadStream(path, { signal }), `the file ${path}`);
  } catch (error) {
    if (error instanceof FaultError) throw error;
    if (signal.aborted) throw faultOfAbort(signal);
    throw fileFault(path, codeOfError(error)) ?? error;
  }
}

function fileFault(path: string, code: string): FaultError | null {
  if (code === 'ENOENT')
    return new FaultError(
      'unreachable',
      `there is no ${path} yet; run "claimwatch probe --output" at the vantage and bring its result here`,
    );
  if (code === 'EACCES' || code === 'EPERM') return new FaultError('denied', `${path} may not be read (${code}); let claimwatch read it`);
  if (code === 'EISDIR' || code === 'ENOTDIR' || code === 'EIO') return new FaultError('unreachable', `${path} cannot be read (${code})`);
  return null;
}

export interface ResultAddress {
  readonly url: string;
  readonly certificateAuthority?: string | undefined;
}

/**
 * No redirect is followed. Only the host is told of: the rest of the address may hold what lets one in.
 * @throws FaultError `unreachable`, `denied`, `throttled`, `malformed`, `timeout`.
 */
export async function fetchResult(from: ResultAddress, signal: AbortSignal): Promise<string> {
  const { host, origin, pathname, search } = new URL(from.url);
  const undici = await import('undici');
  const connect = from.certificateAuthority === undefined ? {} : { ca: [...getCACertificates('default'), from.certificateAuthority] };
  const agent = new undici.Agent({ pipelining: 0, connect });
  try {
    const headers = { accept: 'application/json', 'user-agent': 'claimwatch' };
    const response = await agent.request({ origin, path: pathname + search, method: 'GET', headers, signal });
    const fault = statusFault(response.statusCode, host);
    if (fault === null) return await readBounded(response.body, `the answer of ${host}`);
    response.body.on('error', () => {}).destroy();
    throw fault;
  } catch (error) {
    if (error instanceof FaultError) throw error;
    if (signal.aborted) throw faultOfAbort(signal);
    throw networkFault(codeOfError(error), host) ?? error;
  } finally {
    await agent.destroy();
  }
}

function statusFault(status: number, host: string): FaultError | null {
  if (status === 200) return null;
  if (status === 401 || status === 403)
    return new FaultError('denied', `${host} does not hand out the probe's result (HTTP ${status}); let claimwatch read it`);
  if (status === 404)
    return new FaultError(
      'unreachable',
      `${host} has no result of the probe (HTTP 404); put what "claimwatch probe --output" writes there`,
    );
  if (status === 429) return new FaultError('throttled', `${host} was asked for the probe's result too often (HTTP 429)`);
  return new FaultError('unreachable', `${host} gave no result of the probe (HTTP ${status}); redirects are not followed`);
}

/** Null where the failure is our own. */
function networkFault(code: string, host: string): FaultError | null {
  if (isTrustCode(code))
    return new FaultError(
      'unreachable',
      `the certificate of ${host} is not trusted (${code}); name its authority: certificateAuthority: "\${file:ca.pem}"`,
    );
  if (/^(E[A-Z]+|UND_ERR_[A-Z_]+|ERR_SSL_[A-Z0-9_]+|ERR_TLS_[A-Z_]+|HPE_[A-Z_]+)$/.test(code))
    return new FaultError('unreachable', `${host} cannot be reached for the probe's result (${code})`);
  return null;
}

async function readBounded(stream: AsyncIterable<Uint8Array>, what: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    bytes += piece.length;
    if (bytes > mostBytes)
      throw new FaultError('malformed', `${what} is longer than ${mostBytes / 1_048_576} MiB; that is no result of the probe`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
