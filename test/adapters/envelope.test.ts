import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EnvelopeError,
  newKey,
  open,
  openJson,
  type Place,
  seal,
  sealJson,
} from '../../lambdas/adapters/envelope.ts';

const key = newKey();
const place: Place = { tenant: 'hospital-a', table: 'inputs', id: 'p-1', attribute: 'input' };
const places = fc.record({
  tenant: fc.string(),
  table: fc.string(),
  id: fc.string(),
  attribute: fc.string(),
});
const bytes = fc.uint8Array({ maxLength: 200 });

describe('the envelope', () => {
  it('opens what it sealed, in the same place', () => {
    fc.assert(
      fc.property(bytes, places, (plain, anyPlace) => {
        expect([...open(key, anyPlace, seal(key, anyPlace, plain))]).toEqual([...plain]);
      }),
    );
  });

  it('brings back any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // -0 is 0 in JSON.
        const expected = JSON.parse(JSON.stringify(value));
        expect(openJson(key, place, sealJson(key, place, value))).toEqual(expected);
      }),
    );
  });

  it('does not open when any bit was flipped', () => {
    const flip = fc.tuple(bytes, fc.nat(), fc.integer({ min: 0, max: 7 }));
    fc.assert(
      fc.property(flip, ([plain, at, bit]) => {
        const sealed = seal(key, place, plain);
        const i = at % sealed.length;
        sealed.writeUInt8(sealed.readUInt8(i) ^ (1 << bit), i);
        expect(() => open(key, place, sealed)).toThrow(EnvelopeError);
      }),
      { numRuns: 500 },
    );
  });

  it('does not open when cut anywhere or lengthened', () => {
    const sealed = seal(key, place, Buffer.from('fiebre'));
    for (let length = 0; length < sealed.length; length += 1)
      expect(() => open(key, place, sealed.subarray(0, length))).toThrow(EnvelopeError);
    expect(() => open(key, place, Buffer.concat([sealed, Buffer.of(0)]))).toThrow(EnvelopeError);
  });

  it('does not open in any other place', () => {
    fc.assert(
      fc.property(bytes, places, places, (plain, here, there) => {
        fc.pre(JSON.stringify(Object.values(here)) !== JSON.stringify(Object.values(there)));
        expect(() => open(key, there, seal(key, here, plain))).toThrow(EnvelopeError);
      }),
    );
  });

  it.each(['tenant', 'table', 'id', 'attribute'] as const)('is bound to the %s', (part) => {
    const sealed = seal(key, place, Buffer.from('fiebre'));
    expect(() => open(key, { ...place, [part]: `${place[part]}x` }, sealed)).toThrow(EnvelopeError);
  });

  it('tells apart places whose parts run together', () => {
    const sealed = seal(key, { ...place, table: 'ab', id: 'c' }, Buffer.of(1));
    expect(() => open(key, { ...place, table: 'a', id: 'bc' }, sealed)).toThrow(EnvelopeError);
  });

  it('does not open with another key', () => {
    expect(() => open(newKey(), place, seal(key, place, Buffer.of(1)))).toThrow(EnvelopeError);
  });

  it('shows nothing of the value and never the same bytes twice', () => {
    const first = sealJson(key, place, { note: 'dolor torácico' });
    const second = sealJson(key, place, { note: 'dolor torácico' });
    expect(first.includes('dolor')).toBe(false);
    expect(first.equals(second)).toBe(false);
  });
});
