/** Every clinical claim has a source, every address says whose it is, and what was re-read is listed. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import {
  CLINICAL_SOURCES,
  clinicalEntries,
  drawOrder,
  entriesOf,
  isOwnAddress,
  publishers,
  renderClinicalSources,
  type SourceChecks,
  sourceChecks,
} from '../scripts/clinical-sources.ts';

const entries = clinicalEntries();
const named = entries.map((entry) => [`${entry.file} ${entry.id}`, entry] as const);
const sources = entries.flatMap((entry) => entry.sources);
const asked = (minimum: number) => ({ ...sourceChecks.draw, tried: minimum });
const validate = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(
  JSON.parse(readFileSync('data/clinical/source_checks.schema.json', 'utf8')),
);
const file = JSON.parse(readFileSync('data/clinical/source_checks.json', 'utf8'));

describe('sources of the clinical data', () => {
  it('finds the entries of every file', () => {
    const files = new Set(entries.map((entry) => entry.file));
    for (const name of ['red_flags.json', 'conditions.json', 'news2.json', 'severity_policy.json'])
      expect(files).toContain(name);
    expect(entries.length).toBeGreaterThan(80);
    expect(named.filter(([name]) => name.includes('undefined'))).toEqual([]);
  });

  it.each(named)('%s has a source with title, section, address and publisher', (_, entry) => {
    if (!entry.judgement) expect(entry.sources.length).toBeGreaterThan(0);
    for (const source of entry.sources) {
      for (const text of [source.title, source.section, source.publisher])
        expect(text?.trim()).toEqual(expect.stringMatching(/\S/));
      expect(new URL(source.url).protocol).toMatch(/^https?:$/);
    }
  });

  it('marks as mirrors exactly the addresses that are not the publisher’s own', () => {
    const marked = (mirror: boolean) =>
      sources.filter((source) => 'mirror' in source === mirror).map(({ url }) => url);
    const own = (wanted: boolean) =>
      sources.filter((source) => isOwnAddress(source) === wanted).map(({ url }) => url);

    expect(marked(true)).toEqual(own(false));
    expect(marked(false)).toEqual(own(true));
    expect(own(false).length).toBeGreaterThan(5);
    for (const source of sources) if ('mirror' in source) expect(source.mirror).toBe(true);
  });

  it.each([
    ['https://www.nice.org.uk/guidance/ng228', 'NICE', true],
    ['https://nice.org.uk/guidance/cg191/chapter/Recommendations', 'NICE', true],
    ['https://www.nasgp.org.uk/clinical-guidelines', 'NICE, as reproduced by NASGP', false],
    ['https://github.com/nhsuk/betahealth/blob/main/README.md', 'NHS.UK', true],
    ['https://github.com/somebody/else', 'NHS.UK', false],
    ['https://nice.org.uk.example.com/', 'NICE', false],
    ['https://www.nice.org.uk/guidance/ng228', 'BMJ', false],
  ])('takes %s of %s for its own: %s', (url, publisher, own) => {
    expect(isOwnAddress({ url, publisher })).toBe(own);
  });

  it('knows publishers by host, at most with the first part of the path', () => {
    for (const address of Object.keys(publishers))
      expect(address).toMatch(/^(?!www\.)[a-z0-9.-]+(\/[\w-]+)?$/);
  });

  it('refuses a file in which it finds nothing', () => {
    expect(() => entriesOf('new.json', { note: 'x' })).toThrow(RangeError);
    expect(() => entriesOf('policy.json', { owner: 'unsigned', costs: {} })).not.toThrow();
  });

  it('lets an entry without a source pass only as judgement that says so', () => {
    const [said, silent] = entriesOf('new.json', {
      rules: [
        { id: 'said', ours: ['all'] },
        { id: 'silent', ours: [] },
      ],
    });
    const [policy] = entriesOf('policy.json', { owner: 'unsigned', rules: [{ id: 'rule' }] });

    expect([said?.judgement, silent?.judgement, policy?.judgement]).toEqual([true, false, true]);
  });

  it('gives an entry no source of its neighbour', () => {
    const [one, other] = entriesOf('new.json', {
      rules: [{ id: 'one', source: { title: 'T', url: 'https://example.org/' } }, { id: 'other' }],
    });

    expect(one?.sources.map(({ title }) => title)).toEqual(['T']);
    expect(other?.sources).toEqual([]);
  });
});

describe('re-reading of the sources', () => {
  const { draw, checks } = sourceChecks;

  it('is as its schema says', () => {
    expect(validate(file), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each([
    ['a verdict without a copy', { copies: undefined }],
    ['a doubt that does not say what it doubts', { verdict: 'contradicted' }],
    ['a copy that was not found', { verdict: 'no_copy_found' }],
  ])('the schema refuses %s', (_, spoilt) => {
    const check = checks.find(({ verdict }) => verdict === 'confirmed');
    const spoiltFile = JSON.parse(JSON.stringify({ ...file, checks: [...checks, { ...check, ...spoilt }] }));

    expect(validate(spoiltFile)).toBe(false);
  });

  it('drew from the ids it names, each once, and checked each once', () => {
    expect([...draw.from].sort()).toEqual(draw.from);
    expect(new Set(draw.from).size).toBe(draw.from.length);
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    expect(checks.filter(({ id }) => !draw.from.includes(id))).toEqual([]);
  });

  it('looked for the first of the order until exactly twenty had been found and read', () => {
    const first = drawOrder(draw.seed, draw.from).slice(0, draw.tried);
    const found = first.map((id) => checks.find((check) => check.id === id));

    expect(found).not.toContain(undefined);
    expect(found.filter((check) => check?.verdict !== 'no_copy_found')).toHaveLength(20);
    expect(found.at(-1)?.verdict).not.toBe('no_copy_found');
  });

  it('stands in the order of the draw', () => {
    const order = drawOrder(draw.seed, draw.from);
    const positions = checks.map(({ id }) => order.indexOf(id));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });

  it('draws the same whatever the order of the ids, and another with another seed', () => {
    const again = drawOrder(draw.seed, [...draw.from].reverse());
    expect(again).toEqual(drawOrder(draw.seed, draw.from));
    expect(drawOrder('another', draw.from)).not.toEqual(again);
  });

  it('lists every entry with a source as re-read or as not, never as both', () => {
    const page = renderClinicalSources();
    const [, afterwards = ''] = page.split('## Re-read');
    const [reread = '', notReread = ''] = afterwards.split('## Not re-read');
    for (const { id } of entries.filter((entry) => entry.sources.length > 0))
      expect([reread.includes(`\n| \`${id}\` `), notReread.includes(`\`${id}\``)].sort(), id).toEqual([
        false,
        true,
      ]);
  });

  it('puts a new entry among those that were not re-read', () => {
    const added = { id: 'new-rule', file: 'red_flags.json', sources: sources.slice(0, 1), judgement: false };

    expect(renderClinicalSources([added], { draw: asked(20), checks: [] } satisfies SourceChecks)).toContain(
      '- `red_flags.json` (1): `new-rule`',
    );
  });

  it('has its page up to date', () => {
    expect(readFileSync(CLINICAL_SOURCES, 'utf8')).toBe(renderClinicalSources());
  });
});
