/** Python's reference and the handlers' code give the same features, scores and probabilities. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR } from '../lambdas/adapters/bundle.ts';
import { loadModel, type Model } from '../lambdas/adapters/model.ts';
import { ageBand, encode } from '../lambdas/core/features.ts';
import { score } from '../lambdas/core/likelihood.ts';
import { answerRequest } from '../lambdas/functions/predict.ts';

interface Golden {
  readonly name: string;
  readonly request: { readonly age: number };
  /** Known items by index. */
  readonly items: Readonly<Record<string, 1 | -1>>;
  readonly age_band: number;
  /** Greatest sums of log likelihood ratios. */
  readonly orphan: readonly { readonly row: number; readonly score: number }[];
  /** Calibrated, by class. */
  readonly common: readonly number[];
  readonly gate: number;
  readonly top: readonly { readonly code: string; readonly probability: number }[];
}

const TOLERANCE = 1e-5;
const cases: Golden[] = JSON.parse(readFileSync(join(DEFAULT_MODEL_DIR, 'golden.json'), 'utf8'));

let model: Model;
beforeAll(async () => {
  model = await loadModel(DEFAULT_MODEL_DIR);
});

async function answered(request: unknown) {
  const { patient, prediction, answer } = await answerRequest(model, request, {
    predictionId: '',
    requestId: '',
    now: 0,
    lang: 'es',
  });
  if (prediction.model === null) throw new Error('the models failed');
  return { patient, answer, ...prediction.model };
}

it('holds at least fifty requests', () => {
  expect(cases.length).toBeGreaterThanOrEqual(50);
});

describe.each(cases)('$name', (golden) => {
  it('has the same features', async () => {
    const { bundle } = model.knowledge;
    const { patient } = await answered(golden.request);
    const { items } = encode(bundle.features, bundle.vocabulary.terms, patient);
    const known = [...items].flatMap((value, item) => (value === 0 ? [] : [[String(item), value]]));
    expect(Object.fromEntries(known)).toEqual(golden.items);
    expect(ageBand(bundle.features.ageBands, patient.age)).toBe(golden.age_band);
  });

  it('has the same likelihood ratios', async () => {
    const { patient } = await answered(golden.request);
    const { byRow } = score(model.knowledge.likelihood, patient.findings);
    for (const { row, score: expected } of golden.orphan)
      expect(Math.abs((byRow[row] ?? Number.NaN) - expected)).toBeLessThanOrEqual(
        1e-4 * Math.max(1, Math.abs(expected)),
      );
  });

  it('has the same probabilities and the same list', async () => {
    const { answer, differential } = await answered(golden.request);
    const { bundle } = model.knowledge;
    expect(Math.abs(differential.pCommon - golden.gate)).toBeLessThanOrEqual(TOLERANCE);
    golden.common.forEach((p, c) => {
      expect(Math.abs((differential.common[c] ?? Number.NaN) - p)).toBeLessThanOrEqual(TOLERANCE);
    });
    const byCode = new Map(
      bundle.conditions.map(({ code }, row) => [code, differential.probabilities[row] ?? Number.NaN]),
    );
    for (const { code, probability } of golden.top)
      expect(Math.abs((byCode.get(code) ?? Number.NaN) - probability)).toBeLessThanOrEqual(TOLERANCE);
    // By place: conditions that are equally likely to the seventh digit may change theirs.
    answer.top_conditions.forEach(({ probability }, place) => {
      expect(Math.abs(probability - (golden.top[place]?.probability ?? Number.NaN))).toBeLessThanOrEqual(
        TOLERANCE,
      );
    });
  });
});
