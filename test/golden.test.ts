/**
 * Python's reference and the handlers' code give the same features, scores, probabilities and sets; and what the
 * handlers decide is what was reviewed (`npm run golden`).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_MODEL_DIR } from '../lambdas/adapters/bundle.ts';
import { loadModel, type Model } from '../lambdas/adapters/model.ts';
import { explainCommon } from '../lambdas/core/explanation-common.ts';
import { ageBand, encode } from '../lambdas/core/features.ts';
import { runParts } from '../lambdas/core/parts.ts';
import { answerRequest } from '../lambdas/functions/predict.ts';
import { answerOf } from '../scripts/golden/answers.ts';
import { ANSWERS, goldenCases } from '../scripts/golden/cases.ts';
import { differences } from '../scripts/golden/difference.ts';

/** The greatest values with their row, or candidate of the broad layer. */
type Best = readonly (readonly [row: number, value: number])[];

interface Golden {
  readonly name: string;
  readonly request: { readonly age: number };
  /** Known items: index, and whether present. */
  readonly items: readonly (readonly [item: number, value: 1 | -1])[];
  readonly age_band: number;
  /** Calibrated, by class. */
  readonly common: readonly number[];
  /** Sums of log likelihood ratios. */
  readonly lr: Best;
  /** Within the part. */
  readonly orphan: Best;
  readonly broad: Best;
  readonly gate_features: readonly number[];
  /** P(common), P(broad), P(orphan). */
  readonly gate: readonly [number, number, number];
  readonly top: readonly (readonly [code: string, probability: number])[];
  readonly none: number;
  /** Size of the prediction set, and between which two it may lie for what rounding does. */
  readonly set: { readonly least: number; readonly size: number; readonly most: number };
  readonly well_in_set: boolean;
  readonly ood: number;
  readonly sufficiency: number;
  /** Null where the request tells more items than are explained exactly. */
  readonly shapley: {
    readonly class: number;
    readonly condition: GoldenAttribution;
    readonly urgency: GoldenAttribution;
  } | null;
}

/** By brute force in Python; findings by id, those that the common part does not read left out. */
interface GoldenAttribution {
  readonly baseline: number;
  readonly value: number;
  readonly effects: Readonly<Record<string, number>>;
}

const TOLERANCE = 1e-5;
const cases: Golden[] = JSON.parse(readFileSync(join(DEFAULT_MODEL_DIR, 'golden.json'), 'utf8'));

let model: Model;
beforeAll(async () => {
  model = await loadModel(DEFAULT_MODEL_DIR);
});

const OCCASION = { predictionId: '', requestId: '', now: 0, lang: 'es' } as const;

async function answer(request: object) {
  const { patient, prediction, answer } = await answerRequest(
    model,
    { ...request, explain: false },
    OCCASION,
  );
  if (prediction.model === null) throw new Error('the models failed', { cause: prediction.failure });
  return { patient, answer, ...prediction.model };
}

const given = new Map<unknown, ReturnType<typeof answer>>();
/** Each request is answered once. */
function answered(request: object): ReturnType<typeof answer> {
  const known = given.get(request) ?? answer(request);
  given.set(request, known);
  return known;
}

/** Within the tolerance, of the value itself where it is above 1. */
function expectClose(actual: number | undefined, expected: number, tolerance = TOLERANCE): void {
  const difference = Math.abs((actual ?? Number.NaN) - expected);
  expect(difference).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
}

it('holds at least two hundred requests', () => {
  expect(cases.length).toBeGreaterThanOrEqual(200);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});

describe.each(cases)('$name', (golden) => {
  it('has the same features', async () => {
    const { bundle } = model.knowledge;
    const { patient } = await answered(golden.request);
    const { items } = encode(bundle.features, bundle.vocabulary.terms, patient);
    const known = [...items].flatMap((value, item) => (value === 0 ? [] : [[item, value]]));
    expect(known).toEqual(golden.items);
    expect(ageBand(bundle.features.ageBands, patient.age)).toBe(golden.age_band);
  });

  it('has the same say of every part, and of the gate', async () => {
    const { patient } = await answered(golden.request);
    const { scores, gateRow, differential } = await runParts(model.knowledge, patient, model.models);
    const { common, orphan, broad, gate } = differential;
    for (const [row, score] of golden.lr) expectClose(scores.byRow[row], score, 1e-4);
    golden.common.forEach((p, c) => {
      expectClose(common[c], p);
    });
    for (const [row, probability] of golden.orphan) expectClose(orphan[row], probability);
    for (const [row, probability] of golden.broad) expectClose(broad[row], probability);
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
    for (const [code, probability] of golden.top) expectClose(byCode.get(code), probability);
    // By place: conditions that are equally likely to the seventh digit may change theirs.
    answer.top_conditions.forEach(({ probability }, place) => {
      expectClose(probability, golden.top[place]?.[1] ?? Number.NaN);
    });
    expectClose(differential.none, golden.none);
  });

  it('explains the common part alike', async () => {
    const { shapley, request } = golden;
    if (shapley === null) return;
    const { patient } = await answered(request);
    const { bundle } = model.knowledge;
    const { exact, classes, urgency } = await explainCommon(bundle, model.models, patient, [shapley.class]);
    expect(exact).toBe(true);
    for (const [attribution, expected] of [
      [classes.get(shapley.class), shapley.condition],
      [urgency, shapley.urgency],
    ] as const) {
      if (attribution === undefined) throw new RangeError('the class was not explained');
      expectClose(attribution.baseline, expected.baseline, 1e-4);
      expectClose(attribution.value, expected.value, 1e-4);
      const { findings, age, sex, baseline, value } = attribution;
      const effects = new Map([...findings].map(([{ id }, effect]) => [id, effect]));
      for (const [id, effect] of [...effects, ['age', age] as const, ['sex', sex] as const])
        expectClose(effect, expected.effects[id] ?? 0, 1e-4);
      const sum = [...effects.values(), age, sex].reduce((a, b) => a + b, 0);
      expectClose(sum, value - baseline, 1e-6);
      // What is explained is what is served.
      const { differential } = await runParts(model.knowledge, patient, model.models);
      expectClose(attribution === urgency ? value : differential.common[shapley.class], value, 1e-6);
    }
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

describe('what is decided', () => {
  const reviewed: Readonly<Record<string, unknown>> = JSON.parse(readFileSync(ANSWERS, 'utf8'));
  const decided = goldenCases(DEFAULT_MODEL_DIR);

  it('has a reviewed answer to every request, and none besides', () => {
    expect(Object.keys(reviewed)).toEqual(decided.map(({ name }) => name));
  });

  it.each(decided)('$name', async (golden) => {
    expect(differences(reviewed[golden.name], await answerOf(model, golden))).toEqual([]);
  });
});
