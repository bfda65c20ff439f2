/** What a month of a stage uses: its predictions, and what they ask, write and keep. */

import type { StageConfig } from '../../lib/config.ts';
import type { Text } from '../lang.ts';
import type { Deployed } from './deployed.ts';

/** How much a stage is used. */
export interface Scenario {
  readonly name: Text;
  readonly predictionsADay: number;
  readonly hospitals: number;
}

export const SCENARIOS: readonly Scenario[] = [
  { name: { es: 'sin uso', en: 'idle' }, predictionsADay: 0, hospitals: 1 },
  { name: { es: '10.000 al día', en: '10,000 a day' }, predictionsADay: 10_000, hospitals: 5 },
  { name: { es: '1 millón al día', en: '1 million a day' }, predictionsADay: 1_000_000, hospitals: 100 },
];

export const DAYS = 365 / 12;
export const HOURS = DAYS * 24;
export const SECONDS = HOURS * 3_600;
export const KB_PER_GB = 2 ** 20;

/** What a prediction is taken to need. Measured: by `npm run bench`, and on the golden requests. */
export const ASSUMED = {
  /** Measured: 45 ms explained, on one core; 15 ms for the store, estimated. */
  predictionMs: 60,
  /** Requests of other routes to each prediction: terms, reading it again, feedback. */
  otherRequests: 0.5,
  otherMs: 20,
  /** Measured on golden requests: mean 20.7, nine in ten under 23.7; the sealed input 0.3. */
  answerKb: 21,
  inputKb: 1,
  /** Lines of handler, Lambda, gateway and firewall, with the metrics. */
  logKb: 4,
  storedMonths: 12,
  /** Ours, and those of the gateway's methods. */
  metrics: 120,
  trainingGb: 20,
  trainingHours: 1,
  processingHours: 2,
} as const;

/** What lines are computed from. */
export interface Basis {
  readonly scenario: Scenario;
  readonly config: Pick<StageConfig, 'architecture' | 'warm' | 'replicaRegion' | 'logDays' | 'retentionDays'>;
  readonly deployed: Deployed;
}

export const predictions = ({ scenario }: Basis) => scenario.predictionsADay * DAYS;
export const requests = (basis: Basis) => predictions(basis) * (1 + ASSUMED.otherRequests);
/** Of a prediction's items: the patient's link and key, both new, the answer and the input. */
export const writes = (basis: Basis) => predictions(basis) * (2 + ASSUMED.answerKb + 1 + ASSUMED.inputKb);
/** Months of predictions that stand in the tables. */
const storedMonths = ({ config }: Basis) => Math.min(ASSUMED.storedMonths, config.retentionDays / DAYS);
export const writtenGb = (basis: Basis) =>
  (predictions(basis) * (ASSUMED.answerKb + ASSUMED.inputKb + 2)) / KB_PER_GB;
export const storedGb = (basis: Basis) => writtenGb(basis) * storedMonths(basis);
export const logGb = (basis: Basis) => (requests(basis) * ASSUMED.logKb) / KB_PER_GB;
export const gbSeconds = ({ deployed }: Basis, seconds: number) =>
  (seconds * deployed.largestFunctionMb) / 1024;
export const copies = ({ config }: Basis) => (config.replicaRegion === undefined ? 0 : 1);

/** Functions that use the store times tables: each asks KMS for a table's key at most once in five minutes. */
export const KEY_USERS = 4 * 5;
export const FIVE_MINUTES = HOURS * 12;
