/** What it takes to answer: functions, gateway, answers out. */

import { type Line, linesOf } from '../line.ts';
import {
  ASSUMED,
  type Basis,
  FIVE_MINUTES,
  gbSeconds,
  KB_PER_GB,
  predictions,
  requests,
  SECONDS,
} from '../usage.ts';
import { averageWarm } from '../warm.ts';

/** Parts of the price table's items. */
const architecture = ({ config }: Basis) => (config.architecture === 'arm64' ? 'arm64' : 'x86_64');
const duration = (basis: Basis) =>
  basis.config.architecture === 'arm64'
    ? 'duration arm64, first 7.5e9 GB-s/month'
    : 'duration x86_64, first tier';

export const ANSWERING: readonly Line[] = [
  ...linesOf('Lambda', [
    {
      what: { es: 'llamadas', en: 'requests' },
      item: 'requests',
      quantity: (basis) =>
        requests(basis) + Math.min(requests(basis), basis.scenario.hospitals * FIVE_MINUTES),
      why: {
        es: `por predicción ${1 + ASSUMED.otherRequests} peticiones (supuesto); el autorizador, como mucho una vez en cinco minutos por hospital`,
        en: `${1 + ASSUMED.otherRequests} requests a prediction (assumed); the authorizer at most once in five minutes a hospital`,
      },
    },
    {
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
      what: { es: 'concurrencia aprovisionada', en: 'provisioned concurrency' },
      item: (basis) => `provisioned concurrency ${architecture(basis)}`,
      quantity: (basis) => gbSeconds(basis, averageWarm(basis.config.warm) * SECONDS),
      unit: 'GB-s',
      why: {
        es: 'la de `warm` en la configuración, media de la semana',
        en: '`warm` of the config, averaged over the week',
      },
    },
  ]),
  ...linesOf('API Gateway', [
    {
      what: { es: 'peticiones', en: 'requests' },
      item: 'REST, first 333 million/month',
      quantity: requests,
      why: { es: 'las mismas peticiones', en: 'the same requests' },
    },
  ]),
  ...linesOf('Data transfer', [
    {
      what: { es: 'respuestas hacia Internet', en: 'answers to the internet' },
      item: 'out to internet, after 100 GB, first 10 TB',
      quantity: (basis) => (predictions(basis) * ASSUMED.answerKb) / KB_PER_GB,
      free: 100,
      unit: 'GB',
      why: {
        es: `una respuesta de ${ASSUMED.answerKb} kB (medida); 100 GB gratis según la lista`,
        en: `an answer of ${ASSUMED.answerKb} kB (measured); 100 GB free by the list`,
      },
    },
  ]),
];
