/** What a month of a stage uses, line by line, and why that much. */

import type { StageConfig } from '../../lib/config.ts';
import type { Text } from '../lang.ts';
import type { Deployed } from './deployed.ts';
import { averageWarm } from './warm.ts';

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

const DAYS = 365 / 12;
const HOURS = DAYS * 24;
const SECONDS = HOURS * 3_600;
const KB_PER_GB = 2 ** 20;

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

export interface Line {
  readonly service: string;
  readonly what: Text;
  /** The price table's item of the service; null where the table has none. */
  readonly item: (basis: Basis) => string | null;
  /** In the second region: at its prices. */
  readonly replica?: true;
  readonly quantity: (basis: Basis) => number;
  /** Of which the price list's item itself says that they are free. */
  readonly free?: number;
  readonly unit: string;
  readonly why: Text;
}

const predictions = ({ scenario }: Basis) => scenario.predictionsADay * DAYS;
const requests = (basis: Basis) => predictions(basis) * (1 + ASSUMED.otherRequests);
/** Of a prediction's items: the patient's link and key, both new, the answer and the input. */
const writes = (basis: Basis) => predictions(basis) * (2 + ASSUMED.answerKb + 1 + ASSUMED.inputKb);
/** Months of predictions that stand in the tables. */
const storedMonths = ({ config }: Basis) => Math.min(ASSUMED.storedMonths, config.retentionDays / DAYS);
const writtenGb = (basis: Basis) =>
  (predictions(basis) * (ASSUMED.answerKb + ASSUMED.inputKb + 2)) / KB_PER_GB;
const storedGb = (basis: Basis) => writtenGb(basis) * storedMonths(basis);
const logGb = (basis: Basis) => (requests(basis) * ASSUMED.logKb) / KB_PER_GB;
const gbSeconds = ({ deployed }: Basis, seconds: number) => (seconds * deployed.largestFunctionMb) / 1024;
const copies = ({ config }: Basis) => (config.replicaRegion === undefined ? 0 : 1);
const architecture = ({ config }: Basis) => (config.architecture === 'arm64' ? 'arm64' : 'x86_64');
const duration = (basis: Basis) =>
  basis.config.architecture === 'arm64'
    ? 'duration arm64, first 7.5e9 GB-s/month'
    : 'duration x86_64, first tier';
const always = (item: string | null) => () => item;

/** Functions that use the store times tables: each asks KMS for a table's key at most once in five minutes. */
const KEY_USERS = 4 * 5;
const FIVE_MINUTES = HOURS * 12;

export const LINES: readonly Line[] = [
  {
    service: 'Lambda',
    what: { es: 'llamadas', en: 'requests' },
    item: always('requests'),
    quantity: (basis) => requests(basis) + Math.min(requests(basis), basis.scenario.hospitals * FIVE_MINUTES),
    unit: '',
    why: {
      es: `por predicción ${1 + ASSUMED.otherRequests} peticiones (supuesto); el autorizador, como mucho una vez en cinco minutos por hospital`,
      en: `${1 + ASSUMED.otherRequests} requests a prediction (assumed); the authorizer at most once in five minutes a hospital`,
    },
  },
  {
    service: 'Lambda',
    what: { es: 'duración de las predicciones', en: 'duration of predictions' },
    item: (basis) =>
      basis.config.warm === undefined
        ? duration(basis)
        : `duration under provisioned concurrency ${architecture(basis)}`,
    quantity: (basis) => gbSeconds(basis, (predictions(basis) * ASSUMED.predictionMs) / 1_000),
    unit: 'GB-s',
    why: {
      es: `${ASSUMED.predictionMs} ms: 45 medidos con explicación (npm run bench, un núcleo) y 15 para las tablas (estimados); todas por funciones calientes donde la etapa las tiene`,
      en: `${ASSUMED.predictionMs} ms: 45 measured with explanation (npm run bench, one core) and 15 for the tables (estimated); all by warm functions where the stage has them`,
    },
  },
  {
    service: 'Lambda',
    what: { es: 'duración de lo demás', en: 'duration of the rest' },
    item: duration,
    quantity: (basis) =>
      gbSeconds(basis, (predictions(basis) * ASSUMED.otherRequests * ASSUMED.otherMs) / 1_000),
    unit: 'GB-s',
    why: {
      es: `${ASSUMED.otherMs} ms por petición (supuesto)`,
      en: `${ASSUMED.otherMs} ms a request (assumed)`,
    },
  },
  {
    service: 'Lambda',
    what: { es: 'concurrencia aprovisionada', en: 'provisioned concurrency' },
    item: (basis) => `provisioned concurrency ${architecture(basis)}`,
    quantity: (basis) => gbSeconds(basis, averageWarm(basis.config.warm) * SECONDS),
    unit: 'GB-s',
    why: {
      es: 'la de `warm` en la configuración, media de la semana',
      en: '`warm` of the config, averaged over the week',
    },
  },
  {
    service: 'API Gateway',
    what: { es: 'peticiones', en: 'requests' },
    item: always('REST, first 333 million/month'),
    quantity: requests,
    unit: '',
    why: { es: 'las mismas peticiones', en: 'the same requests' },
  },
  {
    service: 'Data transfer',
    what: { es: 'respuestas hacia Internet', en: 'answers to the internet' },
    item: always('out to internet, after 100 GB, first 10 TB'),
    quantity: (basis) => (predictions(basis) * ASSUMED.answerKb) / KB_PER_GB,
    free: 100,
    unit: 'GB',
    why: {
      es: `una respuesta de ${ASSUMED.answerKb} kB (medida); 100 GB gratis según la lista`,
      en: `an answer of ${ASSUMED.answerKb} kB (measured); 100 GB free by the list`,
    },
  },
  {
    service: 'DynamoDB',
    what: { es: 'escrituras', en: 'writes' },
    item: always('on-demand write request unit'),
    quantity: writes,
    unit: '',
    why: {
      es: `una unidad por kB: respuesta ${ASSUMED.answerKb} + 1, entrada ${ASSUMED.inputKb}, paciente nuevo 2`,
      en: `a unit a kB: answer ${ASSUMED.answerKb} + 1, input ${ASSUMED.inputKb}, a new patient 2`,
    },
  },
  {
    service: 'DynamoDB',
    what: { es: 'lecturas', en: 'reads' },
    item: always('on-demand read request unit'),
    quantity: (basis) =>
      predictions(basis) * (2 + ASSUMED.otherRequests * Math.ceil((ASSUMED.answerKb + 1) / 4)),
    unit: '',
    why: {
      es: 'paciente y clave por predicción; en lo demás, la respuesta entera (4 kB por unidad)',
      en: 'patient and key a prediction; for the rest the whole answer (4 kB a unit)',
    },
  },
  {
    service: 'DynamoDB',
    what: { es: 'almacenamiento', en: 'storage' },
    item: always('storage, Standard class, after 25 GB'),
    quantity: storedGb,
    free: 25,
    unit: 'GB',
    why: {
      es: `lo guardado tras ${ASSUMED.storedMonths} meses, o tras retentionDays si son menos; crece hasta ahí. 25 GB gratis según la lista`,
      en: `what ${ASSUMED.storedMonths} months have left, or retentionDays where that is less; grows until then. 25 GB free by the list`,
    },
  },
  {
    service: 'DynamoDB',
    what: { es: 'copia continua (PITR)', en: 'continuous backup (PITR)' },
    item: always('PITR continuous backup'),
    quantity: storedGb,
    unit: 'GB',
    why: { es: 'las mismas tablas', en: 'the same tables' },
  },
  {
    service: 'DynamoDB',
    what: { es: 'segunda región: almacenamiento', en: 'second region: storage' },
    item: always('storage, Standard class, after 25 GB'),
    replica: true,
    quantity: (basis) => storedGb(basis) * copies(basis),
    free: 25,
    unit: 'GB',
    why: { es: 'tablas globales', en: 'global tables' },
  },
  {
    service: 'DynamoDB',
    what: { es: 'segunda región: copia continua', en: 'second region: continuous backup' },
    item: always('PITR continuous backup'),
    replica: true,
    quantity: (basis) => storedGb(basis) * copies(basis),
    unit: 'GB',
    why: { es: 'tablas globales', en: 'global tables' },
  },
  {
    service: 'DynamoDB',
    what: { es: 'segunda región: escrituras replicadas', en: 'second region: replicated writes' },
    item: always(null),
    replica: true,
    quantity: (basis) => writes(basis) * copies(basis),
    unit: '',
    why: { es: 'las mismas escrituras', en: 'the same writes' },
  },
  {
    service: 'Data transfer',
    what: { es: 'entre regiones', en: 'between regions' },
    item: always(null),
    quantity: (basis) => (writtenGb(basis) + ASSUMED.trainingGb / 10) * copies(basis),
    unit: 'GB',
    why: {
      es: 'lo que cada mes se escribe; de los buckets, una décima parte',
      en: "what a month writes; of the buckets' a tenth",
    },
  },
  {
    service: 'KMS',
    what: { es: 'claves', en: 'keys' },
    item: always('customer managed key'),
    quantity: ({ deployed }) => deployed.keys,
    unit: '',
    why: { es: 'contadas en las plantillas, ambas regiones', en: 'counted in the templates, both regions' },
  },
  {
    service: 'KMS',
    what: { es: 'peticiones', en: 'requests' },
    item: always('symmetric requests'),
    quantity: (basis) => Math.min(2 * requests(basis), KEY_USERS * FIVE_MINUTES) + predictions(basis) / 100,
    unit: '',
    why: {
      es: 'una en cinco minutos por función y tabla; la clave del hospital, una de cada cien predicciones (estimado)',
      en: 'one in five minutes a function and table; the hospital’s key for one prediction in a hundred (estimated)',
    },
  },
  {
    service: 'S3',
    what: { es: 'almacenamiento', en: 'storage' },
    item: always('Standard storage, first 50 TB'),
    quantity: () => ASSUMED.trainingGb,
    unit: 'GB',
    why: {
      es: 'datos de entrenamiento, modelos, auditoría (supuesto)',
      en: 'training data, models, audit (assumed)',
    },
  },
  {
    service: 'S3',
    what: { es: 'segunda región: almacenamiento', en: 'second region: storage' },
    item: always('Standard storage, first 50 TB'),
    replica: true,
    quantity: (basis) => ASSUMED.trainingGb * copies(basis),
    unit: 'GB',
    why: { es: 'las copias', en: 'the copies' },
  },
  {
    service: 'CloudWatch',
    what: { es: 'registros recibidos', en: 'logs taken in' },
    item: always('Logs ingestion, Standard class'),
    quantity: logGb,
    unit: 'GB',
    why: {
      es: `${ASSUMED.logKb} kB por petición: función, pasarela, cortafuegos, métricas (estimado)`,
      en: `${ASSUMED.logKb} kB a request: function, gateway, firewall, metrics (estimated)`,
    },
  },
  {
    service: 'CloudWatch',
    what: { es: 'registros guardados', en: 'logs kept' },
    item: always('Logs storage'),
    quantity: (basis) => (logGb(basis) * Math.min(basis.config.logDays, ASSUMED.storedMonths * DAYS)) / DAYS,
    unit: 'GB',
    why: {
      es: 'durante logDays, sin contar su compresión',
      en: 'for logDays, their compression not counted',
    },
  },
  {
    service: 'CloudWatch',
    what: { es: 'métricas propias', en: 'custom metrics' },
    item: always('custom metric, first 10,000'),
    quantity: (basis) => Math.min(requests(basis), ASSUMED.metrics),
    unit: '',
    why: {
      es: 'de los manejadores y de los métodos de la pasarela (supuesto), sin una por cada hallazgo que deriva; sin peticiones no se escribe ninguna',
      en: "of the handlers and of the gateway's methods (assumed), without one for each drifting feature; without requests none is written",
    },
  },
  {
    service: 'CloudWatch',
    what: { es: 'alarmas', en: 'alarms' },
    item: always('alarm, standard resolution'),
    quantity: ({ deployed }) => deployed.alarmMetrics,
    unit: '',
    why: {
      es: 'métricas vigiladas, contadas en las plantillas',
      en: 'metrics watched, counted in the templates',
    },
  },
  {
    service: 'CloudWatch',
    what: { es: 'alarmas compuestas', en: 'composite alarms' },
    item: always('composite alarm'),
    quantity: ({ deployed }) => deployed.compositeAlarms,
    unit: '',
    why: { es: 'contadas en las plantillas', en: 'counted in the templates' },
  },
  {
    service: 'CloudWatch',
    what: { es: 'paneles', en: 'dashboards' },
    item: always('dashboard, after 3 free'),
    quantity: ({ deployed }) => deployed.dashboards,
    free: 3,
    unit: '',
    why: {
      es: 'contados en las plantillas; 3 gratis según la lista',
      en: 'counted in the templates; 3 free by the list',
    },
  },
  {
    service: 'X-Ray',
    what: { es: 'trazas', en: 'traces' },
    item: always('traces recorded, after 100,000'),
    quantity: (basis) => {
      const perSecond = requests(basis) / SECONDS;
      return (Math.min(perSecond, 1) + 0.05 * Math.max(perSecond - 1, 0)) * SECONDS;
    },
    free: 100_000,
    unit: '',
    why: {
      es: 'la primera de cada segundo y una de veinte de las demás (regla por defecto); 100.000 gratis según la lista',
      en: 'the first of each second and one in twenty of the others (default rule); 100,000 free by the list',
    },
  },
  {
    service: 'WAF',
    what: { es: 'lista de control', en: 'web ACL' },
    item: always('web ACL'),
    quantity: ({ deployed }) => deployed.webAcls,
    unit: '',
    why: { es: 'contada en las plantillas', en: 'counted in the templates' },
  },
  {
    service: 'WAF',
    what: { es: 'reglas', en: 'rules' },
    item: always('rule or rule group in the ACL'),
    quantity: ({ deployed }) => deployed.webAclRules,
    unit: '',
    why: { es: 'contadas en las plantillas', en: 'counted in the templates' },
  },
  {
    service: 'WAF',
    what: { es: 'peticiones', en: 'requests' },
    item: always('requests'),
    quantity: requests,
    unit: '',
    why: { es: 'las mismas peticiones', en: 'the same requests' },
  },
  {
    service: 'Cognito',
    what: { es: 'clientes de hospitales', en: 'hospitals’ clients' },
    item: always('M2M app client'),
    quantity: ({ scenario }) => scenario.hospitals,
    unit: '',
    why: { es: 'uno por hospital (supuesto)', en: 'one a hospital (assumed)' },
  },
  {
    service: 'Cognito',
    what: { es: 'tokens', en: 'tokens' },
    item: always('M2M token requests'),
    quantity: (basis) => Math.min(requests(basis), basis.scenario.hospitals * HOURS),
    unit: '',
    why: {
      es: 'uno por hora y hospital: quien pide uno por petición paga más por los tokens que por todo lo demás',
      en: 'one an hour a hospital: who asks for one a request pays more for tokens than for all the rest',
    },
  },
  {
    service: 'SageMaker',
    what: { es: 'entrenamiento', en: 'training' },
    item: always('training ml.m5.xlarge'),
    quantity: () => ASSUMED.trainingHours,
    unit: 'h',
    why: { es: 'una vez al mes (supuesto)', en: 'once a month (assumed)' },
  },
  {
    service: 'SageMaker',
    what: { es: 'preparación y evaluación', en: 'preparation and evaluation' },
    item: always('processing ml.m5.xlarge'),
    quantity: () => ASSUMED.processingHours,
    unit: 'h',
    why: { es: 'una vez al mes (supuesto)', en: 'once a month (assumed)' },
  },
  {
    service: 'SNS',
    what: { es: 'avisos por correo', en: 'alerts by mail' },
    item: always('email deliveries'),
    quantity: () => 100,
    unit: '',
    why: { es: 'supuesto', en: 'assumed' },
  },
  {
    service: 'EventBridge',
    what: { es: 'llamadas a GitHub', en: 'calls to GitHub' },
    item: always('API destination invocations (64 KB chunks)'),
    quantity: () => 100,
    unit: '',
    why: { es: 'supuesto', en: 'assumed' },
  },
  {
    service: 'Secrets Manager',
    what: { es: 'secretos', en: 'secrets' },
    item: always('secret'),
    quantity: ({ deployed }) => deployed.secrets,
    unit: '',
    why: { es: 'contados en las plantillas', en: 'counted in the templates' },
  },
  {
    service: 'CloudFront',
    what: { es: 'peticiones de la página', en: 'requests of the page' },
    item: always('HTTPS requests'),
    quantity: ({ scenario }) => scenario.hospitals * 1_000,
    unit: '',
    why: { es: '1.000 por hospital (supuesto)', en: '1,000 a hospital (assumed)' },
  },
  {
    service: 'CloudFront',
    what: { es: 'datos de la página', en: 'data of the page' },
    item: always('data out, first 10 TB, US/Europe edge'),
    quantity: ({ scenario }) => (scenario.hospitals * 1_000 * 50) / KB_PER_GB,
    unit: 'GB',
    why: { es: '50 kB por petición (supuesto)', en: '50 kB a request (assumed)' },
  },
];
