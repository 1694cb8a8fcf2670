import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../src/domain/json.ts';
import { groupRow, networkRows } from './network-rows.ts';

/**
 * A process of its own, so that its work does not count as ours: gives the rows of a network as pages of JSON text, one after the other, at `/next`; an
 * empty one is the last. `/group?number=7&revision=1` is one group, changed.
 */
const [interfaces = '0', rules = '0', pageSize = '0'] = process.argv.slice(2);
const rows = networkRows({ interfaces: Number(interfaces), rulesPerGroup: Number(rules) });

function nextPage(): readonly JsonObject[] {
  const page: JsonObject[] = [];
  while (page.length < Number(pageSize)) {
    const { value, done } = rows.next();
    if (done === true) return page;
    page.push(value);
  }
  return page;
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const numberOf = (name: string) => Number(searchParams.get(name));
  const page = pathname === '/next' ? nextPage() : [groupRow(numberOf('number'), Number(rules), numberOf('revision'))];
  response.end(JSON.stringify(page));
});
// A judgement may last longer than a connection is kept.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
