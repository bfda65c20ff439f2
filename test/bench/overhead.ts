/** What a request costs besides models and store: HTTP, token, reading the request, wording the answer, log, metrics. */

import type { AddressInfo } from 'node:net';
import { newUuid, systemClock } from '../../lambdas/adapters/clock.ts';
import type { Metrics, Step } from '../../lambdas/adapters/metrics.ts';
import { createEmfMetrics } from '../../lambdas/adapters/metrics-emf.ts';
import type { Model } from '../../lambdas/adapters/model.ts';
import { createTokenVerifier } from '../../lambdas/adapters/token-verifier.ts';
import { toCaller } from '../../lambdas/api/claims.ts';
import { ROUTES, type RouteId } from '../../lambdas/api/routes.ts';
import { createAuthorizer } from '../../lambdas/functions/authorizer.ts';
import type { HttpHandler } from '../../lambdas/functions/http.ts';
import { createPredictHandler } from '../../lambdas/functions/predict.ts';
import { createLocalServer } from '../../local/server.ts';
import { doctorToken, trusted } from '../deploy/doctor.ts';
import { startIssuer } from '../fixtures/jwks.ts';
import { type Figure, RUNS, repeat } from './figures.ts';
import { createClient } from './load.ts';
import { requestOf } from './request.ts';

const FINDINGS = 8;
const EXPLAINED_RUNS = 40;
/** Milliseconds. */
const BUDGET = 2;
/** Steps that are not ours to hurry: the models, for the answer and for its reasons, and the store. */
const NOT_OURS: readonly Step[] = ['model', 'explain', 'store'];

/** The whole route, asked over HTTP one request after the other, less what its own metrics say of those steps. */
export async function overhead(model: Model): Promise<Figure[]> {
  const emf = createEmfMetrics('bench');
  let notOurs = 0;
  const metrics: Metrics = {
    ...emf,
    record: (measurements) => {
      for (const [name, value, dimensions] of measurements)
        if (name === 'StageLatency' && NOT_OURS.includes(dimensions.Step)) notOurs += value;
      emf.record(measurements);
    },
  };
  const handler = createPredictHandler({
    model: async () => model,
    store: { recordPrediction: async () => undefined },
    clock: systemClock,
    newId: newUuid,
    metrics,
  });
  const server = await serve(handler, metrics);
  const figures: Figure[] = [];
  for (const explain of [false, true]) {
    const client = createClient(server, requestOf(FINDINGS, explain));
    const ours = async () => {
      notOurs = 0;
      return (await client.send()) - notOurs;
    };
    const what = `overhead: HTTP, all but models and store, ${FINDINGS} findings, ${explain ? '' : 'not '}explained`;
    figures.push({ ...(await repeat(what, ours, explain ? EXPLAINED_RUNS : RUNS)), budget: BUDGET });
    client.close();
  }
  await server.stop();
  return figures;
}

/** The handler behind a real token and the local server, in this process. */
async function serve(handler: HttpHandler, metrics: Metrics) {
  const issuer = await startIssuer();
  const verifier = createTokenVerifier({ issuers: [trusted(issuer)], toCaller, clock: systemClock });
  const authorizer = createAuthorizer({ verifier, logger: { info: () => undefined } });
  const handlers = Object.fromEntries(ROUTES.map(({ id }) => [id, handler])) as Record<RouteId, HttpHandler>;
  const app = { handlers, notFound: handler, authorizer, metrics, jwks: undefined };
  const server = createLocalServer(Promise.resolve(app));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: await doctorToken(issuer),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await issuer.close();
    },
  };
}
