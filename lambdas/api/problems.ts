/** The table of problems: each code with its status and its words. */

import type { Localised } from '../core/types.ts';

export interface ProblemKind {
  readonly status: number;
  readonly title: Localised;
  readonly detail?: Localised;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Every code that the API can answer with. A code is a contract: it keeps its meaning and its status. */
export const PROBLEMS = {
  VALIDATION_FAILED: {
    status: 422,
    title: { es: 'La petición contiene datos no válidos', en: 'The request contains invalid data' },
    detail: {
      es: 'Corrija cada uno de los campos que se indican en «errors».',
      en: 'Correct each of the fields listed in "errors".',
    },
  },
  NO_FINDINGS: {
    status: 422,
    title: { es: 'No se ha indicado ningún hallazgo', en: 'No finding was given' },
    detail: {
      es: 'Indique al menos un síntoma presente o ausente, un antecedente o una constante vital.',
      en: 'Give at least one present or absent symptom, one item of history or one vital sign.',
    },
  },
  UNKNOWN_FINDING: {
    status: 422,
    title: { es: 'Hay hallazgos que no se reconocen', en: 'Some findings are not recognised' },
    detail: {
      es: 'Use una de las propuestas, busque el término en /v1/terms o envíe "validation": "lenient".',
      en: 'Use one of the suggestions, look the term up at /v1/terms or send "validation": "lenient".',
    },
  },
  CONTRADICTION: {
    status: 422,
    title: {
      es: 'El mismo hallazgo figura como presente y como ausente',
      en: 'The same finding is given as present and as absent',
    },
    detail: {
      es: 'Deje cada hallazgo en un solo sitio: presente o ausente.',
      en: 'Keep each finding in one place only: present or absent.',
    },
  },
  MALFORMED_JSON: {
    status: 400,
    title: { es: 'El cuerpo no es JSON válido', en: 'The body is not valid JSON' },
    detail: {
      es: 'Envíe un único documento JSON codificado en UTF-8.',
      en: 'Send a single JSON document encoded as UTF-8.',
    },
  },
  MALFORMED_REQUEST: {
    status: 400,
    title: { es: 'La petición HTTP está mal formada', en: 'The HTTP request is malformed' },
  },
  FORBIDDEN_KEY: {
    status: 400,
    title: {
      es: 'El cuerpo contiene un nombre de campo prohibido',
      en: 'The body contains a forbidden field name',
    },
    detail: {
      es: 'No se admiten los nombres «__proto__» ni «constructor.prototype».',
      en: 'The names "__proto__" and "constructor.prototype" are not accepted.',
    },
  },
  UNAUTHORIZED: {
    status: 401,
    title: { es: 'Falta una credencial válida', en: 'A valid credential is missing' },
    detail: {
      es: 'Envíe un token JWT vigente en la cabecera «Authorization: Bearer …».',
      en: 'Send a current JWT in the "Authorization: Bearer …" header.',
    },
    headers: { 'WWW-Authenticate': 'Bearer realm="centinela"' },
  },
  FORBIDDEN: {
    status: 403,
    title: {
      es: 'La credencial no permite esta operación',
      en: 'The credential does not allow this operation',
    },
  },
  NOT_FOUND: {
    status: 404,
    title: { es: 'Esta ruta no existe', en: 'This route does not exist' },
    detail: {
      es: 'Las rutas disponibles figuran en /v1/openapi.json.',
      en: 'The available routes are listed at /v1/openapi.json.',
    },
  },
  PREDICTION_NOT_FOUND: {
    status: 404,
    title: { es: 'No existe esa predicción', en: 'There is no such prediction' },
    detail: {
      es: 'Compruebe «prediction_id»: solo se ven las predicciones de la propia institución.',
      en: 'Check "prediction_id": only the predictions of your own institution can be seen.',
    },
  },
  MODEL_CARD_NOT_FOUND: {
    status: 404,
    title: { es: 'Este modelo no tiene ficha', en: 'This model has no card' },
    detail: {
      es: 'Ninguna ficha nombra la versión que responde: no hay cifras medidas en ella.',
      en: 'No card names the version that answers: there are no figures measured on it.',
    },
  },
  METRICS_ELSEWHERE: {
    status: 404,
    title: { es: 'Aquí no hay métricas', en: 'There are no metrics here' },
    detail: {
      es: 'En AWS las métricas están en CloudWatch, espacio de nombres «Centinela».',
      en: 'In AWS the metrics are in CloudWatch, namespace "Centinela".',
    },
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: { es: 'Esta ruta no admite ese método', en: 'This route does not accept that method' },
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: { es: 'La petición tardó demasiado en llegar', en: 'The request took too long to arrive' },
  },
  IDEMPOTENCY_IN_FLIGHT: {
    status: 409,
    title: {
      es: 'Una petición con la misma «Idempotency-Key» sigue en curso',
      en: 'A request with the same "Idempotency-Key" is still in progress',
    },
    detail: { es: 'Repita la petición dentro de un momento.', en: 'Repeat the request in a moment.' },
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    title: { es: 'El cuerpo es demasiado grande', en: 'The body is too large' },
    detail: { es: 'El máximo es de 256 KB (262 144 bytes).', en: 'The maximum is 256 KB (262,144 bytes).' },
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: { es: 'Tipo de contenido no admitido', en: 'Unsupported content type' },
    detail: {
      es: 'Envíe el cuerpo como «Content-Type: application/json», en UTF-8 y sin comprimir.',
      en: 'Send the body as "Content-Type: application/json", in UTF-8 and uncompressed.',
    },
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: {
      es: 'La «Idempotency-Key» ya se usó con otro contenido',
      en: 'The "Idempotency-Key" was already used with other content',
    },
    detail: {
      es: 'Use una clave nueva para cada petición distinta.',
      en: 'Use a new key for each different request.',
    },
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    title: { es: 'Demasiadas peticiones', en: 'Too many requests' },
    detail: {
      es: 'Espere los segundos que indica «Retry-After» y repita la petición.',
      en: 'Wait for the seconds given in "Retry-After" and repeat the request.',
    },
    headers: { 'Retry-After': '1' },
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: { es: 'Las cabeceras son demasiado grandes', en: 'The headers are too large' },
  },
  INTERNAL_ERROR: {
    status: 500,
    title: { es: 'Error interno', en: 'Internal error' },
  },
  MODEL_UNAVAILABLE: {
    status: 503,
    title: { es: 'Los modelos no están disponibles', en: 'The models are not available' },
    detail: {
      es: 'No se ha podido calcular nada. Esto no descarta una urgencia: decida con criterio clínico.',
      en: 'Nothing could be computed. This does not rule out an emergency: use clinical judgement.',
    },
  },
  STORE_UNAVAILABLE: {
    status: 503,
    title: { es: 'El almacenamiento no está disponible', en: 'The store is not available' },
    detail: {
      es: 'No consta que se haya guardado nada. Repita la petición.',
      en: 'Nothing is known to have been saved. Repeat the request.',
    },
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;
