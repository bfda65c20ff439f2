import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PredictRequestSchema } from '../../../lambdas/api/schemas/predict.ts';
import { Fault } from '../../../scripts/evaluation/case.ts';
import { isoYears, parsePhenopacket } from '../../../scripts/evaluation/phenopacket.ts';

const term = (id: string) => ({ id, label: 'a label' });

/** As the Phenopacket Store writes them, in miniature. */
const packet = {
  id: 'PMID_15266616_101',
  subject: { id: '101', timeAtLastEncounter: { age: { iso8601duration: 'P5Y6M' } }, sex: 'FEMALE' },
  phenotypicFeatures: [
    { type: term('HP:0001250'), onset: { age: { iso8601duration: 'P4Y6M' } } },
    { type: term('HP:0001263'), onset: { ontologyClass: term('HP:0003593') } },
    { type: term('HP:0000252') },
    { type: term('HP:0000175'), excluded: true },
  ],
  interpretations: [
    {
      id: '101',
      progressStatus: 'SOLVED',
      diagnosis: { disease: term('OMIM:147791'), genomicInterpretations: [] },
    },
  ],
  diseases: [{ term: term('OMIM:147791') }],
  metaData: {
    created: '2024-03-05T13:15:24.068071842Z',
    createdBy: 'ORCID:0000-0000-0000-0000',
    phenopacketSchemaVersion: '2.0',
    externalReferences: [
      { id: 'PMID:15266616', reference: 'https://pubmed.ncbi.nlm.nih.gov/15266616', description: 'a paper' },
    ],
  },
};

const read = (changes: object) => parsePhenopacket({ ...packet, ...changes }, 'file', undefined);
const requestOf = (changes: object) => read(changes).request as Record<string, unknown>;

describe('parsePhenopacket', () => {
  it('makes a case of it', () => {
    expect(parsePhenopacket(packet, 'PMID_15266616_101', '11q_terminal_deletion')).toEqual({
      id: 'PMID_15266616_101',
      request: {
        symptoms: {
          'HP:0001250': { intensity: 5, onset: 365 },
          'HP:0001263': { intensity: 5, onset: 1981 },
          'HP:0000252': 5,
        },
        absent: ['HP:0000175'],
        age: 5.5,
        gender: 'F',
        validation: 'lenient',
      },
      truth: { codes: ['OMIM:147791'] },
      pmids: ['PMID:15266616'],
      cohort: '11q_terminal_deletion',
    });
  });

  it('tells no onset where it is not known to be before the encounter', () => {
    const features = [
      { type: term('HP:0001250'), onset: { age: { iso8601duration: 'P5Y6M' } } },
      { type: term('HP:0001263'), onset: { age: { iso8601duration: 'soon' } } },
      { type: term('HP:0000252'), onset: { timestamp: '2020-01-01T00:00:00Z' } },
    ];
    expect(requestOf({ phenotypicFeatures: features }).symptoms).toEqual({
      'HP:0001250': 5,
      'HP:0001263': 5,
      'HP:0000252': 5,
    });
  });

  it.each([
    [{ ageRange: { start: { iso8601duration: 'P40Y' }, end: { iso8601duration: 'P50Y' } } }, 40],
    [{ ontologyClass: term('HP:0003621') }, 5],
    [{ gestationalAge: { weeks: 30 } }, 0],
    [{ age: { iso8601duration: 'P200Y' } }, 120],
    [{ timestamp: '2020-01-01T00:00:00Z' }, 30],
    [undefined, 30],
  ])('age at the last encounter %j is %d', (timeAtLastEncounter, age) => {
    expect(requestOf({ subject: { timeAtLastEncounter } }).age).toBe(age);
  });

  it.each([
    ['MALE', 'M'],
    ['FEMALE', 'F'],
    ['OTHER_SEX', 'O'],
    ['UNKNOWN_SEX', 'O'],
    [undefined, 'O'],
  ])('sex %s is %s', (sex, gender) => {
    expect(requestOf({ subject: { sex } }).gender).toBe(gender);
  });

  it('counts a finding as there that was observed once and excluded at another time', () => {
    const features = [{ type: term('HP:0001250'), excluded: true }, { type: term('HP:0001250') }];
    expect(requestOf({ phenotypicFeatures: features })).toMatchObject({
      symptoms: { 'HP:0001250': 5 },
      absent: [],
    });
  });

  it('takes the solved diagnosis before the diseases, and no excluded disease', () => {
    const disease = (progressStatus: string) => [{ progressStatus, diagnosis: { disease: term('OMIM:1') } }];
    const diseases = [{ term: term('OMIM:2') }, { term: term('OMIM:3'), excluded: true }];
    expect(read({ interpretations: disease('SOLVED'), diseases }).truth.codes).toEqual(['OMIM:1']);
    expect(read({ interpretations: disease('UNSOLVED'), diseases }).truth.codes).toEqual(['OMIM:2']);
    expect(read({ interpretations: undefined, diseases }).truth.codes).toEqual(['OMIM:2']);
  });

  it('finds the papers in the references, the id and the file’s name', () => {
    const changes = { id: 'PMID_111111_a', metaData: { externalReferences: [{ id: 'PMID:222222' }] } };
    const papers = (stem: string) => parsePhenopacket({ ...packet, ...changes }, stem, undefined).pmids;
    expect(papers('PMID_333333_b')).toEqual(['PMID:111111', 'PMID:333333', 'PMID:222222']);
    expect(read({ id: 'a', metaData: {} })).not.toHaveProperty('pmids');
  });

  it.each([
    [{ interpretations: [], diseases: [] }, 'interpretations: no solved diagnosis'],
    [{ phenotypicFeatures: [{ excluded: true }] }, 'phenotypicFeatures.0.type: '],
    [{ phenotypicFeatures: 'none' }, 'phenotypicFeatures: '],
    [{ metaData: { externalReferences: [{ id: 5 }] } }, 'metaData.externalReferences.0.id: '],
  ])('%j is refused by the field’s name', (changes, message) => {
    expect(() => read(changes)).toThrow(Fault);
    expect(() => read(changes)).toThrow(message);
  });

  it('makes a request that the API takes, or names a fault, whatever it reads', () => {
    const time = fc.record(
      {
        age: fc.record({ iso8601duration: fc.constantFrom('P5Y8M', 'P3D', 'P0D', '5 years', '') }),
        ontologyClass: fc.record({ id: fc.constantFrom('HP:0003577', 'HP:0003584', 'HP:0000001') }),
      },
      { requiredKeys: [] },
    );
    const feature = fc.record(
      {
        type: fc.record({ id: fc.constantFrom('HP:0001250', 'HP:1', 'X') }),
        excluded: fc.boolean(),
        onset: time,
      },
      { requiredKeys: ['type'] },
    );
    const packets = fc.record(
      {
        id: fc.string(),
        subject: fc.record({ sex: fc.string(), timeAtLastEncounter: time }, { requiredKeys: [] }),
        phenotypicFeatures: fc.array(feature),
        diseases: fc.array(fc.record({ term: fc.record({ id: fc.constantFrom('OMIM:1', 'MONDO:2') }) })),
        metaData: fc.object(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(packets, (value) => {
        try {
          const { request, truth } = parsePhenopacket(value, 'stem', undefined);
          expect(PredictRequestSchema.safeParse(request).error).toBeUndefined();
          expect(truth.codes.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
    );
  });
});

describe('isoYears', () => {
  it.each([
    ['P5Y6M', 5.5],
    ['P2W', 14 / 365.25],
    ['P1M', 1 / 12],
    ['P1DT12H', 1 / 365.25],
    ['P0D', 0],
    ['P0.5Y', 0.5],
  ])('%s is %d years', (duration, years) => {
    expect(isoYears(duration)).toBeCloseTo(years, 9);
  });

  it.each(['', 'P', '5Y', 'P5', 'P-5Y', 'adult'])('%j is no duration', (duration) => {
    expect(isoYears(duration)).toBeUndefined();
  });
});
