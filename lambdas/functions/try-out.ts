import type { Model } from '../adapters/model.ts';
import { predict } from '../core/predict.ts';
import type { Patient } from '../core/types.ts';

/** Nothing is known of this patient, so no rule can answer in the models' place. */
const NOBODY: Patient = { findings: [], age: 40, gender: 'O', vitals: {} };

/**
 * Makes a prediction of nobody in particular.
 *
 * @throws ModelUnavailableError where the models do not run; its `cause` says why.
 */
export async function tryOut({ knowledge, models }: Model): Promise<void> {
  await predict(knowledge, NOBODY, { unknownFindings: false, now: 0, explain: false }, models);
}
