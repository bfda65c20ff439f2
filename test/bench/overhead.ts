/** What a request costs besides the prediction and the store: HTTP, token, reading the request, wording the answer. */

import type { AddressInfo } from 'node:net';
import { systemClock } from '../../lambdas/adapters/clock.ts';
import type { Model } from '../../lambdas/adapters/model.ts';
import { createTokenVerifier } from '../../lambdas/adapters/token-verifier.ts';
import { toCaller } from '../../lambdas/api/claims.ts';
import { ROUTES, type RouteId } from '../../lambdas/api/routes.ts';
import { parsePredictRequest } from '../../lambdas/api/schemas/predict.ts';
import { predict } from '../../lambdas/core/predict.ts';
import { createAuthorizer } from '../../lambdas/functions/authorizer.ts';
import { type HttpHandler, httpHandler } from '../../lambdas/functions/http.ts';
import { presentPrediction } from '../../lambdas/functions/present.ts';
import { readPatient } from '../../lambdas/functions/report.ts';
import { createLocalServer } from '../../local/server.ts';
import { doctorToken, trusted } from '../deploy/doctor.ts';
import { startIssuer } from '../fixtures/jwks.ts';
import { type Figure, time } from './figures.ts';
import { createClient } from './load.ts';
import { requestOf } from './request.ts';
import { FRAME } from './stages.ts';

const FINDINGS = 8;
const RUNS = 300;
/** Milliseconds. */
const BUDGET = 2;

/** The route as it stands, but that the prediction is there already and nothing is kept. */
export async function overhead(model: Model): Promise<Figure> {
  const request = requestOf(FINDINGS);
  const { patient } = readPatient(model, parsePredictRequest(request), 'es');
  const options = { unknownFindings: false, now: 0, explain: false };
  const prediction = await predict(model.knowledge, patient, options, model.models);
  const handler = httpHandler({ route: 'predict' }, ({ body }) => {
    const read = readPatient(model, parsePredictRequest(body), 'es');
    return { body: presentPrediction(model, prediction, { ...FRAME, patient: read.patient }) };
  });
  const handlers = Object.fromEntries(ROUTES.map(({ id }) => [id, handler])) as Record<RouteId, HttpHandler>;

  const issuer = await startIssuer();
  const verifier = createTokenVerifier({ issuers: [trusted(issuer)], toCaller, clock: systemClock });
  const authorizer = createAuthorizer({ verifier, logger: { info: () => undefined } });
  const server = createLocalServer(
    Promise.resolve({ handlers, notFound: handler, authorizer, jwks: undefined }),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createClient({ url, token: await doctorToken(issuer) }, request);
  const what = `overhead: a request over HTTP but for model and store, ${FINDINGS} findings`;
  const timed = await time(what, client.send, RUNS);
  client.close();
  server.close();
  server.closeAllConnections();
  await issuer.close();
  return { ...timed, budget: BUDGET };
}
