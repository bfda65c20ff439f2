import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newUuid, systemClock, uuidV7 } from '../../lambdas/adapters/clock.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const instants = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('uuidV7', () => {
  it('has version and variant of RFC 9562 and holds its time', () => {
    fc.assert(
      fc.property(instants, (now) => {
        const id = uuidV7(now);
        expect(id).toMatch(UUID_V7);
        expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(now);
      }),
    );
  });

  it('sorts by time', () => {
    fc.assert(
      fc.property(instants, instants, (a, b) => {
        fc.pre(a < b);
        expect(uuidV7(a) < uuidV7(b)).toBe(true);
      }),
    );
  });

  it('never repeats within a millisecond', () => {
    const ids = Array.from({ length: 10_000 }, () => uuidV7(1));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('newUuid', () => {
  it('is made now', () => {
    const before = systemClock();
    const id = newUuid();
    const made = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
    expect(made).toBeGreaterThanOrEqual(before);
    expect(made).toBeLessThanOrEqual(systemClock());
  });
});
