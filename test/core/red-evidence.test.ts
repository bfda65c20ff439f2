import { describe, expect, it } from 'vitest';
import { redFlags } from '../../lambdas/adapters/clinical.ts';
import { evidenceOf, type StandIns } from '../../lambdas/core/red-evidence.ts';
import type { Finding, Patient } from '../../lambdas/core/types.ts';
import { finding, patient, vocabulary } from '../fixtures/vocabulary.ts';

const namesOf = ({ term }: Finding) => vocabulary.terms[term]?.red ?? [];
const none: StandIns = { measured: [], stated: [], composed: [] };
const source = { title: '', publisher: '', section: '', url: '' };

const evidence = (
  standIns: Partial<StandIns>,
  findings: readonly Finding[],
  details: Partial<Patient> = {},
) => evidenceOf({ ...none, ...standIns }, namesOf, findings, patient(findings, details));

describe('evidenceOf', () => {
  it('names the findings that say a name, each once', () => {
    expect(evidence({}, [finding('fiebre'), finding('tos')])).toEqual(
      new Map([
        ['Fever', ['HP:0001945']],
        ['Cough', ['HP:0012735']],
      ]),
    );
  });

  it('reads what the request states beside its findings', () => {
    const { stated } = redFlags;
    const names = (details: Partial<Patient>) => [...evidence({ stated }, [], details).entries()];

    expect(names({ age: 64.9 })).toEqual([]);
    expect(names({ age: 65 })).toEqual([['Age 65 or over', ['age']]]);
    expect(names({ pregnant: true })).toEqual([
      ['Pregnancy', ['pregnant']],
      ['Possible pregnancy or missed period', ['pregnant']],
    ]);
  });

  it.each([
    ['an intensity at the limit', { intensity_min: 7 }, { intensity: 7 }, true],
    ['a lower intensity', { intensity_min: 7 }, { intensity: 6.9 }, false],
    ['no intensity', { intensity_min: 7 }, {}, false],
    ['a duration at the limit', { lasting_min_days: 5 }, { duration: 5 }, true],
    ['an onset as long ago, where no duration is stated', { lasting_min_days: 5 }, { onset: 5 }, true],
    ['a short one that began long ago', { lasting_min_days: 5 }, { duration: 1, onset: 30 }, false],
    ['no times', { lasting_min_days: 5 }, {}, false],
    ['a recent onset', { onset_max_days: 1 }, { onset: 1 }, true],
    ['an older onset', { onset_max_days: 1 }, { onset: 2 }, false],
    ['an onset that is not stated', { onset_max_days: 1 }, {}, false],
  ])('composes a name of %s', (_, limits, details, expected) => {
    const composed = [{ name: 'So', of: ['Headache'], source, ...limits }];

    expect(evidence({ composed }, [finding('dolor_cabeza', details)]).has('So')).toBe(expected);
  });

  it('composes a name of several, one of the further ones among them', () => {
    const composed = [{ name: 'Both', of: ['Cough'], and_any_of: ['Fever', 'Crackles'], source }];

    expect(evidence({ composed }, [finding('tos')]).has('Both')).toBe(false);
    expect(evidence({ composed }, [finding('fiebre')]).has('Both')).toBe(false);
    expect(evidence({ composed }, [finding('tos'), finding('fiebre')]).get('Both')).toEqual([
      'HP:0012735',
      'HP:0001945',
    ]);
  });
});

describe('vital signs of the data file that stand for findings', () => {
  const said = (details: Partial<Patient>) => [
    ...evidence({ measured: redFlags.measured }, [], details).keys(),
  ];

  it.each([
    ['38 °C', { temperature_c: 38 }, 40, ['Fever']],
    ['37.9 °C', { temperature_c: 37.9 }, 40, []],
    ['34.9 °C', { temperature_c: 34.9 }, 40, ['Hypothermia']],
    ['a pulse of 101 in an adult', { heart_rate: 101 }, 16, ['Tachycardia']],
    ['a pulse of 100 in an adult', { heart_rate: 100 }, 16, []],
    ['a pulse of 130 at three', { heart_rate: 130 }, 3, []],
    ['a pulse of 141 at three', { heart_rate: 141 }, 3, ['Tachycardia']],
    ['25 breaths in an adult', { respiratory_rate: 25 }, 40, ['Tachypnea']],
    ['24 breaths in an adult', { respiratory_rate: 24 }, 40, []],
    ['89 mmHg in an adult', { systolic_bp_mmhg: 89 }, 40, ['Hypotension']],
    ['90 mmHg in an adult', { systolic_bp_mmhg: 90 }, 40, []],
    ['75 mmHg at two', { systolic_bp_mmhg: 75 }, 2, []],
    ['73 mmHg at two', { systolic_bp_mmhg: 73 }, 2, ['Hypotension']],
    ['new confusion', { consciousness: 'C' }, 40, ['New confusion or altered behaviour', 'Confusion']],
    ['a response to voice', { consciousness: 'V' }, 40, ['Reduced consciousness']],
    ['no response', { consciousness: 'U' }, 40, ['Reduced consciousness', 'Cannot be roused or kept awake']],
    ['alertness', { consciousness: 'A' }, 40, []],
  ] as const)('%s', (_, vitals, age, names) => {
    expect(said({ vitals, age })).toEqual(names);
  });
});
