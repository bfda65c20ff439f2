/** What a hospital must know to call us, in Spanish and English. */
import { MACHINE_SCOPES } from './aws-cloud.ts';
import type { Deployed } from './deployed.ts';
import type { Added } from './hospitals.ts';

const WORDS = {
  es: {
    title: (tenant: string) => `Acceso a Centinela de ${tenant}`,
    api: 'Dirección de la API',
    token: 'Dirección de los tokens',
    client: 'Identificador de cliente',
    secret: 'Secreto (solo se muestra ahora; guárdelo en un gestor de secretos)',
    scopes: 'Permisos (scopes)',
    ask: 'Pida un token (vale una hora: reutilícelo) con el identificador y el secreto en variables del entorno:',
    call: 'Con él, la primera petición:',
    docs: 'Contrato completo (OpenAPI)',
  },
  en: {
    title: (tenant: string) => `Access to Centinela for ${tenant}`,
    api: 'Address of the API',
    token: 'Address of the tokens',
    client: 'Client id',
    secret: 'Secret (shown only now; keep it in a secrets manager)',
    scopes: 'Scopes',
    ask: 'Ask for a token (it is good for an hour: use it again) with id and secret in environment variables:',
    call: 'With it, the first request:',
    docs: 'The whole contract (OpenAPI)',
  },
};

const EXAMPLE = JSON.stringify({
  symptoms: { fiebre: 8.5, dolor_pecho: 7, dificultad_respirar: 6.5 },
  age: 45,
  gender: 'M',
});

/** Text to hand to the hospital; it holds the secret where that was just made. */
export function welcome({ tenant, clientId, secret }: Added, { address, tokenEndpoint }: Deployed): string {
  const page = (lang: keyof typeof WORDS) => {
    const words = WORDS[lang];
    return `# ${words.title(tenant)}

${words.api}: ${address}
${words.token}: ${tokenEndpoint}
${words.client}: ${clientId}${secret === undefined ? '' : `\n${words.secret}: ${secret}`}
${words.scopes}: ${MACHINE_SCOPES.join(' ')}
${words.docs}: ${address}v1/openapi.json

${words.ask}

  curl -sS -u "$CENTINELA_CLIENT_ID:$CENTINELA_CLIENT_SECRET" ${tokenEndpoint} \\
    -d grant_type=client_credentials --data-urlencode 'scope=${MACHINE_SCOPES.join(' ')}'

${words.call}

  curl -sS ${address}v1/predict -H "Authorization: Bearer $TOKEN" \\
    -H 'Content-Type: application/json' -H 'Accept-Language: ${lang}' -d '${EXAMPLE}'
`;
  };
  return `${page('es')}\n${page('en')}`;
}
