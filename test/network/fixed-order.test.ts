import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inFixedOrder } from '../../src/network/fixed-order.ts';

const item = fc.record({
  protocol: fc.constantFrom('Tcp', 'Udp'),
  ports: fc.constantFrom('22', '22-23', '3389'),
  sources: fc.array(fc.constantFrom('Internet', '20.0.0.0/24', '20.0.0.0'), { maxLength: 3 }),
  entry: fc.option(fc.record({ id: fc.constantFrom('a', 'b'), isProtected: fc.boolean(), count: fc.integer({ min: 0, max: 12 }) })),
});

describe('a fixed order', () => {
  it('is the same however the items came, with each of them once', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (items, keys) => {
        const ordered = inFixedOrder(items);
        const shuffled = items.map((one) => [keys.next().value, one] as const).sort(([left], [right]) => left - right);
        expect(inFixedOrder(shuffled.map(([, one]) => structuredClone(one)))).toEqual(ordered);
        expect(ordered.map((one) => JSON.stringify(one)).sort()).toEqual([...new Set(items.map((one) => JSON.stringify(one)))].sort());
      }),
    );
  });

  it.each([
    {
      why: 'the last member differs',
      items: [
        { a: 'x', b: ['1', '2'] },
        { a: 'x', b: ['1'] },
      ],
      kept: 2,
    },
    { why: 'null and a text', items: [{ a: null }, { a: 'null' }], kept: 2 },
    { why: 'false and null', items: [{ a: false }, { a: null }], kept: 2 },
    { why: 'an empty list and none', items: [{ a: [] }, { a: null }], kept: 2 },
    { why: 'a number and its text', items: [{ a: 1 }, { a: '1' }], kept: 2 },
    { why: 'equal objects', items: [{ a: [{ b: 1 }] }, { a: [{ b: 1 }] }], kept: 1 },
  ])('$why', ({ items, kept }) => {
    const ordered = inFixedOrder<unknown>(items);
    expect(ordered).toHaveLength(kept);
    expect(inFixedOrder<unknown>(items.toReversed())).toEqual(ordered);
  });
});
