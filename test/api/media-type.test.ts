import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseMediaType } from '../../lambdas/api/media-type.ts';

const OFFERED = ['application/json', 'text/markdown'] as const;

describe('chooseMediaType', () => {
  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/markdown', 'text/markdown'],
    ['TEXT/Markdown ; charset=utf-8', 'text/markdown'],
    ['text/*', 'text/markdown'],
    ['text/html, */*;q=0.1', 'application/json'],
    ['application/json;q=0.5, text/markdown;q=0.6', 'text/markdown'],
    ['text/markdown;q=0.5, application/json;q=0.5', 'application/json'],
    ['text/*;q=0.9, text/markdown;q=0.1, application/json;q=0.2', 'application/json'],
    ['*/*, application/json;q=0', 'text/markdown'],
    ['text/markdown;q=7', 'application/json'],
    ['image/png', 'application/json'],
  ])('answers Accept: %s with %s', (accept, expected) => {
    expect(chooseMediaType(OFFERED, accept)).toBe(expected);
  });

  it('gives one of what is offered, whatever is asked', () => {
    fc.assert(fc.property(fc.string(), (accept) => OFFERED.includes(chooseMediaType(OFFERED, accept))));
  });

  it('never gives what is refused while the other is wanted', () => {
    const quality = fc.integer({ min: 1, max: 1000 }).map((n) => n / 1000);
    fc.assert(
      fc.property(quality, fc.boolean(), (q, first) => {
        const [wanted, refused] = first ? OFFERED : [OFFERED[1], OFFERED[0]];
        expect(chooseMediaType(OFFERED, `${refused};q=0, ${wanted};q=${q}, */*;q=0.001`)).toBe(wanted);
      }),
    );
  });
});
