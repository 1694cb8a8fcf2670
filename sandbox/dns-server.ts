import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4, isIPv6 } from 'node:net';
import { loopback } from './listen.ts';

/** `servfail`: the server says that it failed. `silence`: it never answers. */
export type DnsTrouble = 'servfail' | 'silence';

/** What one name holds; a list that is absent is an empty answer. */
export interface DnsName {
  readonly a?: readonly string[] | DnsTrouble;
  readonly aaaa?: readonly string[] | DnsTrouble;
  readonly cname?: string;
}

/** Names in lower case, without the final dot. A name that is absent does not exist. Read at every question, so it may change meanwhile. */
export interface DnsRecords {
  readonly [name: string]: DnsName | DnsTrouble;
}

export interface DnsServer {
  /** `127.0.0.1:port`, as a resolver is configured. */
  readonly address: string;
  close(): Promise<void>;
}

/** A small name server on loopback (RFC 1035, UDP): A, AAAA and CNAME, following its own aliases as a recursive one does. */
export async function startDnsServer(records: DnsRecords): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query: Buffer, from: RemoteInfo) => {
    const answer = answerTo(query, records);
    if (answer !== null) socket.send(answer, from.port, from.address);
  });
  socket.bind(0, loopback);
  await once(socket, 'listening');
  return {
    address: `${loopback}:${socket.address().port}`,
    async close(): Promise<void> {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

const types = { a: 1, cname: 5, aaaa: 28 } as const;
const responseCodes = { noError: 0, servfail: 2, nxdomain: 3 } as const;
const headerBytes = 12;
/** An alias that points to itself would otherwise be followed for ever. */
const mostAliases = 20;

interface Answer {
  readonly code: number;
  readonly records: readonly Buffer[];
}

function answerTo(query: Buffer, records: DnsRecords): Buffer | null {
  const { name, end } = readName(query);
  const answer = findAnswer(name, query.readUInt16BE(end), records);
  if (answer === 'silence') return null;
  const header = Buffer.alloc(headerBytes);
  query.copy(header, 0, 0, 2);
  // Response, recursion desired and available.
  header.writeUInt16BE(0x8180 | answer.code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answer.records.length, 6);
  return Buffer.concat([header, query.subarray(headerBytes, end + 4), ...answer.records]);
}

function findAnswer(asked: string, type: number, records: DnsRecords): Answer | 'silence' {
  const answers: Buffer[] = [];
  for (let name = asked; answers.length <= mostAliases; ) {
    const held = records[name];
    if (held === undefined) return { code: responseCodes.nxdomain, records: answers };
    const found = held === 'servfail' || held === 'silence' ? held : addressesOf(held, type);
    if (found === 'silence') return 'silence';
    if (found === 'servfail') return { code: responseCodes.servfail, records: [] };
    answers.push(...found.map((address) => encodeRecord(name, type, encodeAddress(address))));
    const alias = typeof held === 'string' ? undefined : held.cname;
    if (alias === undefined) break;
    answers.push(encodeRecord(name, types.cname, encodeName(alias)));
    if (type === types.cname) break;
    name = alias.toLowerCase();
  }
  return { code: responseCodes.noError, records: answers };
}

function addressesOf(held: DnsName, type: number): readonly string[] | DnsTrouble {
  if (type === types.a) return held.a ?? [];
  if (type === types.aaaa) return held.aaaa ?? [];
  return [];
}

function readName(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').flatMap((label) => [Buffer.of(label.length), Buffer.from(label, 'latin1')]);
  return Buffer.concat([...labels, Buffer.of(0)]);
}

/** Time to live 0: what changes in the records is seen at the next look. */
function encodeRecord(name: string, type: number, data: Buffer): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(name), fixed, data]);
}

function encodeAddress(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  if (!isIPv6(address)) throw new Error(`expected an IP address, got ${address}`);
  const [before = '', after = ''] = address.split('::');
  const head = before.split(':').filter(Boolean);
  const tail = after.split(':').filter(Boolean);
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return Buffer.from([...head, ...zeros, ...tail].map((group) => group.padStart(4, '0')).join(''), 'hex');
}
