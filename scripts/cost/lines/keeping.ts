/** What it takes to keep what was answered, here and in a second region. */

import { type Line, linesOf } from '../line.ts';
import {
  ASSUMED,
  copies,
  FIVE_MINUTES,
  KEY_USERS,
  predictions,
  requests,
  storedGb,
  writes,
  writtenGb,
} from '../usage.ts';

export const KEEPING: readonly Line[] = [
  ...linesOf('DynamoDB', [
    {
      what: { es: 'escrituras', en: 'writes' },
      item: 'on-demand write request unit',
      quantity: writes,
      why: {
        es: `una unidad por kB: respuesta ${ASSUMED.answerKb} + 1, entrada ${ASSUMED.inputKb}, paciente nuevo 2`,
        en: `a unit a kB: answer ${ASSUMED.answerKb} + 1, input ${ASSUMED.inputKb}, a new patient 2`,
      },
    },
    {
      what: { es: 'lecturas', en: 'reads' },
      item: 'on-demand read request unit',
      quantity: (basis) =>
        predictions(basis) * (2 + ASSUMED.otherRequests * Math.ceil((ASSUMED.answerKb + 1) / 4)),
      why: {
        es: 'paciente y clave por predicción; en lo demás, la respuesta entera (4 kB por unidad)',
        en: 'patient and key a prediction; for the rest the whole answer (4 kB a unit)',
      },
    },
    {
      what: { es: 'almacenamiento', en: 'storage' },
      item: 'storage, Standard class, after 25 GB',
      quantity: storedGb,
      free: 25,
      unit: 'GB',
      why: {
        es: `lo guardado tras ${ASSUMED.storedMonths} meses, o tras retentionDays si son menos; crece hasta ahí. 25 GB gratis según la lista`,
        en: `what ${ASSUMED.storedMonths} months have left, or retentionDays where that is less; grows until then. 25 GB free by the list`,
      },
    },
    {
      what: { es: 'copia continua (PITR)', en: 'continuous backup (PITR)' },
      item: 'PITR continuous backup',
      quantity: storedGb,
      unit: 'GB',
      why: { es: 'las mismas tablas', en: 'the same tables' },
    },
    {
      what: { es: 'segunda región: almacenamiento', en: 'second region: storage' },
      item: 'storage, Standard class, after 25 GB',
      replica: true,
      quantity: (basis) => storedGb(basis) * copies(basis),
      free: 25,
      unit: 'GB',
      why: { es: 'tablas globales', en: 'global tables' },
    },
    {
      what: { es: 'segunda región: copia continua', en: 'second region: continuous backup' },
      item: 'PITR continuous backup',
      replica: true,
      quantity: (basis) => storedGb(basis) * copies(basis),
      unit: 'GB',
      why: { es: 'tablas globales', en: 'global tables' },
    },
    {
      what: { es: 'segunda región: escrituras replicadas', en: 'second region: replicated writes' },
      item: null,
      replica: true,
      quantity: (basis) => writes(basis) * copies(basis),
      why: { es: 'las mismas escrituras', en: 'the same writes' },
    },
  ]),
  ...linesOf('Data transfer', [
    {
      what: { es: 'entre regiones', en: 'between regions' },
      item: null,
      quantity: (basis) => (writtenGb(basis) + ASSUMED.trainingGb / 10) * copies(basis),
      unit: 'GB',
      why: {
        es: 'lo que cada mes se escribe; de los buckets, una décima parte',
        en: "what a month writes; of the buckets' a tenth",
      },
    },
  ]),
  ...linesOf('KMS', [
    {
      what: { es: 'claves', en: 'keys' },
      item: 'customer managed key',
      quantity: ({ deployed }) => deployed.keys,
      why: { es: 'contadas en las plantillas, ambas regiones', en: 'counted in the templates, both regions' },
    },
    {
      what: { es: 'peticiones', en: 'requests' },
      item: 'symmetric requests',
      quantity: (basis) => Math.min(2 * requests(basis), KEY_USERS * FIVE_MINUTES) + predictions(basis) / 100,
      why: {
        es: 'una en cinco minutos por función y tabla; la clave del hospital, una de cada cien predicciones (estimado)',
        en: 'one in five minutes a function and table; the hospital’s key for one prediction in a hundred (estimated)',
      },
    },
  ]),
  ...linesOf('S3', [
    {
      what: { es: 'almacenamiento', en: 'storage' },
      item: 'Standard storage, first 50 TB',
      quantity: () => ASSUMED.trainingGb,
      unit: 'GB',
      why: {
        es: 'datos de entrenamiento, modelos, auditoría (supuesto)',
        en: 'training data, models, audit (assumed)',
      },
    },
    {
      what: { es: 'segunda región: almacenamiento', en: 'second region: storage' },
      item: 'Standard storage, first 50 TB',
      replica: true,
      quantity: (basis) => ASSUMED.trainingGb * copies(basis),
      unit: 'GB',
      why: { es: 'las copias', en: 'the copies' },
    },
  ]),
];
