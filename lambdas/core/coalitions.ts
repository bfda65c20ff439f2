/** What the served common part says of a patient of whom only some things are known. */

import type { Bundle } from './bundle.ts';
import { calibrate } from './differential.ts';
import { completeRow, isInformative, rowWidth, votes } from './features.ts';
import { type Models, runCommon } from './parts.ts';
import type { Coalitions } from './shapley.ts';
import type { Finding, Patient } from './types.ts';

/** What may be known of a patient, or not. */
export type Player = Finding | 'age' | 'sex';

/**
 * Those that can change what the common part says, in an order that the request's does not touch. Whoever is left out
 * changes nothing: findings that the part does not read, the reference age, a sex that is neither F nor M.
 */
export function playersOf({ vocabulary, features }: Bundle, patient: Patient): Player[] {
  const { terms } = vocabulary;
  const heard = new Set([...votes(terms, patient.findings)].map(({ finding }) => finding));
  const read = patient.findings
    .filter((finding) => heard.has(finding) || (finding.present && isInformative(terms, finding)))
    .toSorted((a, b) => a.term - b.term);
  return [
    ...read,
    ...(patient.age === features.referenceAge ? [] : (['age'] as const)),
    ...(patient.gender === 'O' ? [] : (['sex'] as const)),
  ];
}

/**
 * P(class) of each coalition as the common part serves it: members, meta-learner and the temperature of that much
 * evidence, in one run. An unknown finding is neither present nor absent, an unknown sex is neither, an unknown age is
 * the reference age: the members have no other way to be told that it is unknown.
 *
 * @returns for each coalition `outputs` numbers, which `read` writes from its probabilities by class.
 * @throws ModelFailure
 */
export async function worthOf(
  bundle: Bundle,
  models: Models,
  patient: Patient,
  players: readonly Player[],
  { count, members }: Coalitions,
  outputs: number,
  read: (probabilities: Float64Array, into: Float64Array) => void,
): Promise<Float64Array> {
  const { features: spec, vocabulary, common } = bundle;
  const { terms } = vocabulary;
  const place = new Map(players.map((player, i) => [player, i]));
  const has = (coalition: number, player: Player) =>
    members[coalition * players.length + (place.get(player) ?? Number.NaN)] === 1;
  const cast = [...votes(terms, patient.findings)].map(({ finding, item, value }) => ({
    player: place.get(finding) as number,
    item,
    value,
  }));
  const touched = [...new Set(cast.map(({ item }) => item))];
  const informative = players.flatMap((player, i) =>
    typeof player === 'object' && player.present && isInformative(terms, player) ? [i] : [],
  );
  const width = rowWidth(spec);
  const rows = new Float32Array(count * width);
  const rowOf = new Uint32Array(count);
  const told = new Map<string, number>();
  for (let coalition = 0; coalition < count; coalition++) {
    const row = rows.subarray(told.size * width, (told.size + 1) * width).fill(0);
    for (const { player, item, value } of cast)
      if (members[coalition * players.length + player] === 1) row[item] = value;
    const [age, sex] = [has(coalition, 'age'), has(coalition, 'sex')];
    completeRow(spec, row, {
      age: age ? patient.age : spec.referenceAge,
      gender: sex ? patient.gender : 'O',
    });
    // Findings that say the same make the same rows: each is run once.
    let key = String.fromCharCode(Number(age) + 2 * Number(sex));
    for (const item of touched) key += String.fromCharCode(1 + (row[item] as number));
    rowOf[coalition] = told.get(key) ?? told.size;
    if (!told.has(key)) told.set(key, told.size);
  }
  const stacked = await runCommon(bundle, models, rows.subarray(0, told.size * width), told.size);
  const classes = common.urgent.length;
  const worth = new Float64Array(count * outputs);
  for (let coalition = 0; coalition < count; coalition++) {
    const from = (rowOf[coalition] as number) * classes;
    const findings = informative.filter((player) => members[coalition * players.length + player] === 1);
    const probabilities = calibrate(common, stacked.subarray(from, from + classes), findings.length);
    read(probabilities, worth.subarray(coalition * outputs, (coalition + 1) * outputs));
  }
  return worth;
}
