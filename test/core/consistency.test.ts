import { describe, expect, it } from 'vitest';
import { consistency } from '../../lambdas/adapters/clinical.ts';
import { inconsistencies } from '../../lambdas/core/consistency.ts';
import type { Finding, Patient, Vitals } from '../../lambdas/core/types.ts';
import { finding, patient } from '../fixtures/vocabulary.ts';

const found = (findings: readonly Finding[], vitals: Vitals, details: Partial<Patient> = {}) =>
  inconsistencies(consistency, patient(findings, { vitals, ...details })).map(
    ({ finding: { id }, vital }) => [id, vital],
  );
const denied = (slug: string) => [finding(slug, { present: false })];
const coma: Finding = { id: 'HP:0001259', term: -1, present: true };

describe('inconsistencies', () => {
  it.each<[string, Finding[], Vitals, boolean]>([
    ['no fever and 40 °C', denied('fiebre'), { temperature_c: 40 }, true],
    ['no fever and 38 °C', denied('fiebre'), { temperature_c: 38 }, true],
    ['no fever and 37.9 °C', denied('fiebre'), { temperature_c: 37.9 }, false],
    ['fever and 36.5 °C', [finding('fiebre')], { temperature_c: 36.5 }, true],
    ['fever and 38 °C', [finding('fiebre')], { temperature_c: 38 }, false],
    ['past fever and 36.5 °C', [finding('fiebre', { history: true })], { temperature_c: 36.5 }, false],
    ['no tachycardia and 150 beats', denied('taquicardia'), { heart_rate: 150 }, true],
    ['no tachycardia and 100 beats', denied('taquicardia'), { heart_rate: 100 }, false],
    ['tachycardia and 70 beats', [finding('taquicardia')], { heart_rate: 70 }, true],
    ['alert and coma', [coma], { consciousness: 'A' }, true],
    ['unresponsive and coma', [coma], { consciousness: 'U' }, false],
    ['no coma and unresponsive', [{ ...coma, present: false }], { consciousness: 'U' }, true],
    ['alert and confusion', [finding('confusion')], { consciousness: 'A' }, true],
    ['no hypotension and 80 mmHg', denied('hipotension'), { systolic_bp_mmhg: 80 }, true],
    ['fever and nothing measured', [finding('fiebre')], {}, false],
    ['40 °C alone', [], { temperature_c: 40 }, false],
  ])('%s', (_, findings, vitals, expected) => {
    expect(found(findings, vitals)).toEqual(expected ? [[findings[0]?.id, Object.keys(vitals)[0]]] : []);
  });

  it('holds the limits of adults against adults', () => {
    expect(found(denied('taquicardia'), { heart_rate: 150 }, { age: 2 })).toEqual([]);
    expect(found(denied('taquicardia'), { heart_rate: 150 }, { age: 16 })).toHaveLength(1);
  });
});
