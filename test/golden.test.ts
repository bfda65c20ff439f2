/** Python's reference and the handlers' code give the same features, scores, probabilities and sets. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR } from '../lambdas/adapters/bundle.ts';
import { loadModel, type Model } from '../lambdas/adapters/model.ts';
import { ageBand, encode } from '../lambdas/core/features.ts';
import { runParts } from '../lambdas/core/parts.ts';
import { answerRequest } from '../lambdas/functions/predict.ts';

/** The greatest values by row, or by candidate of the broad layer. */
type Best<Name extends string> = readonly (Readonly<Record<Name, number>> & { readonly row: number })[];

interface Golden {
  readonly name: string;
  readonly request: { readonly age: number };
  /** Known items by index. */
  readonly items: Readonly<Record<string, 1 | -1>>;
  readonly age_band: number;
  /** Calibrated, by class. */
  readonly common: readonly number[];
  /** Sums of log likelihood ratios. */
  readonly lr: Best<'score'>;
  /** Within the part. */
  readonly orphan: Best<'probability'>;
  readonly broad: Best<'probability'>;
  readonly gate_features: readonly number[];
  /** P(common), P(broad), P(orphan). */
  readonly gate: readonly [number, number, number];
  readonly top: readonly { readonly code: string; readonly probability: number }[];
  readonly none: number;
  /** Size of the prediction set, and between which two it may lie for what rounding does. */
  readonly set: { readonly least: number; readonly size: number; readonly most: number };
  readonly well_in_set: boolean;
  readonly ood: number;
  readonly sufficiency: number;
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
  if (prediction.model === null) throw new Error('the models failed', { cause: prediction.failure });
  return { patient, answer, ...prediction.model };
}

/** Within the tolerance, of the value itself where it is above 1. */
function expectClose(actual: number | undefined, expected: number, tolerance = TOLERANCE): void {
  const difference = Math.abs((actual ?? Number.NaN) - expected);
  expect(difference).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
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

  it('has the same say of every part, and of the gate', async () => {
    const { patient } = await answered(golden.request);
    const { scores, gateRow, differential } = await runParts(model.knowledge, patient, model.models);
    const { common, orphan, broad, gate } = differential;
    for (const { row, score } of golden.lr) expectClose(scores.byRow[row], score, 1e-4);
    golden.common.forEach((p, c) => {
      expectClose(common[c], p);
    });
    for (const { row, probability } of golden.orphan) expectClose(orphan[row], probability);
    for (const { row, probability } of golden.broad) expectClose(broad[row], probability);
    expect(gateRow).toHaveLength(golden.gate_features.length);
    golden.gate_features.forEach((value, i) => {
      expectClose(gateRow[i], value, 1e-4);
    });
    [gate.common, gate.broad, gate.orphan].forEach((weight, i) => {
      expectClose(weight, golden.gate[i] ?? Number.NaN);
    });
  });

  it('has the same list', async () => {
    const { answer, differential } = await answered(golden.request);
    const { bundle } = model.knowledge;
    const byCode = new Map(
      bundle.conditions.map(({ code }, row) => [code, differential.probabilities[row] ?? Number.NaN]),
    );
    for (const { code, probability } of golden.top) expectClose(byCode.get(code), probability);
    // By place: conditions that are equally likely to the seventh digit may change theirs.
    answer.top_conditions.forEach(({ probability }, place) => {
      expectClose(probability, golden.top[place]?.probability ?? Number.NaN);
    });
    expectClose(differential.none, golden.none);
  });

  it('trusts it alike', async () => {
    const { trust } = await answered(golden.request);
    expect(trust.set.rows.length).toBeGreaterThanOrEqual(golden.set.least);
    expect(trust.set.rows.length).toBeLessThanOrEqual(golden.set.most);
    expect(trust.set.wellInSet).toBe(golden.well_in_set);
    expectClose(trust.ood, golden.ood, 1e-4);
    expectClose(trust.sufficiency, golden.sufficiency, 1e-4);
  });
});
