import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR } from '../../../lambdas/adapters/bundle.ts';
import { loadModel } from '../../../lambdas/adapters/model.ts';
import { createTeller, readVignettes, type Vignette } from '../../../scripts/evaluation/vignettes.ts';

const own = (changes: Partial<Vignette>): Vignette => ({
  id: 'own',
  findings_present: [],
  findings_absent: [],
  hpo: {},
  age: 50,
  sex: 'U',
  ...changes,
});

describe('createTeller', () => {
  let tell: ReturnType<typeof createTeller>;
  beforeAll(async () => {
    tell = createTeller(await loadModel(DEFAULT_MODEL_DIR));
  });

  it('tells the rules and the models apart', async () => {
    const vignette = own({ findings_present: ['Fever', 'Neck stiffness', 'Headache'] });

    const { urgent, rules, unread } = await tell(vignette);

    expect(urgent).toBe(true);
    expect(rules.length).toBeGreaterThan(0);
    expect(unread).toEqual([]);
  });

  it('reads a finding by the rules name, by a label, and by its HPO id at last', async () => {
    const vignette = own({
      findings_present: [
        'Chest pain described as pressure',
        'Thunderclap headache',
        'some words of the doctor',
      ],
      hpo: { 'some words of the doctor': 'HP:0001083' },
    });

    const { unread, top } = await tell(vignette);

    expect(unread).toEqual([]);
    expect(top).toHaveLength(3);
  });

  it('names what it cannot read', async () => {
    const vignette = own({ findings_present: ['Cough', 'no such finding'], findings_absent: ['nor this'] });

    const { unread } = await tell(vignette);

    expect(unread).toEqual(['no such finding', 'nor this']);
  });

  it('reports a refused vignette as one that was not flagged', async () => {
    const vignette = own({ findings_present: ['Cough'], vitals: { heart_rate: -1 } });

    const { urgent, problem } = await tell(vignette);

    expect(urgent).toBe(false);
    expect(problem).toBe('VALIDATION_FAILED');
  });
});

describe('readVignettes', () => {
  it('reads both files, ids unique', () => {
    const all = [...readVignettes('sentinels'), ...readVignettes('benign')];

    const ids = new Set(all.map(({ id }) => id));

    expect(ids.size).toBe(all.length);
    expect(all.length).toBe(111);
  });
});
