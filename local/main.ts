/** `npm start`: Centinela on this machine, with its database, its keys and the models of the repository. */

import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDynamoClient } from '../lambdas/adapters/dynamo.ts';
import { stageOf } from '../lambdas/adapters/metrics.ts';
import { createRegistryMetrics } from '../lambdas/adapters/metrics-registry.ts';
import { createServices, readSettings, type Services } from '../lambdas/adapters/services.ts';
import { ensureTables } from '../lambdas/adapters/store/index.ts';
import { PREDICT_EXAMPLES } from '../lambdas/api/examples.ts';
import { handler as authorizer } from '../lambdas/functions/authorizer.ts';
import { createFeedbackHandler } from '../lambdas/functions/feedback.ts';
import { createGetPredictionHandler } from '../lambdas/functions/get-prediction.ts';
import { createHealthHandler } from '../lambdas/functions/health.ts';
import { createMetricsHandler } from '../lambdas/functions/metrics.ts';
import { createModelCardHandler } from '../lambdas/functions/model-card.ts';
import { createNextQuestionsHandler } from '../lambdas/functions/next-questions.ts';
import { createNotFoundHandler } from '../lambdas/functions/not-found.ts';
import { createOpenapiHandler } from '../lambdas/functions/openapi.ts';
import { createPredictHandler } from '../lambdas/functions/predict.ts';
import { createReadyHandler } from '../lambdas/functions/ready.ts';
import { createTermsHandler } from '../lambdas/functions/terms.ts';
import { tryOut } from '../lambdas/functions/try-out.ts';
import { startDynamo } from './dynamo.ts';
import { localIssuer, openKeys } from './keys.ts';
import { dataDir } from './paths.ts';
import { type App, createLocalServer, JWKS_PATH } from './server.ts';

const HOST = '127.0.0.1';
const DEFAULT_PORT = 8080;
const TOKEN_SECONDS = 8 * 60 * 60;
/** Milliseconds that requests under way are given when the process is asked to end. */
const GRACE_MS = 5_000;

/** The routes' handlers, counting into this process. */
function handlersOf(services: Services): App['handlers'] {
  return {
    predict: createPredictHandler(services),
    feedback: createFeedbackHandler(services),
    getPrediction: createGetPredictionHandler(services),
    nextQuestions: createNextQuestionsHandler(services),
    terms: createTermsHandler(services),
    modelCard: createModelCardHandler(services),
    health: createHealthHandler(services),
    ready: createReadyHandler(services),
    openapi: createOpenapiHandler(services),
    metrics: createMetricsHandler(services),
  };
}

/** Something that the person at the keyboard can put right; the message is all that they see. */
class StartError extends Error {}

/** @throws StartError */
function readPort(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new StartError(
    `PORT vale «${text}»: debe ser un número de 0 a 65535 / PORT is "${text}": it must be a number from 0 to 65535`,
  );
}

/** The port in use: `port`, or a free one where it is 0. */
async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, port)));
    server.listen(port, HOST, resolve);
  });
  return (server.address() as AddressInfo).port;
}

function portError(error: NodeJS.ErrnoException, port: number): StartError {
  const [es, en] =
    error.code === 'EADDRINUSE' ? ['está ocupado', 'is busy'] : ['no se puede abrir', 'cannot be opened'];
  return new StartError(
    `El puerto ${port} ${es}: elija otro con la variable PORT / Port ${port} ${en}: choose another with the variable PORT`,
  );
}

async function start(): Promise<void> {
  const app = Promise.withResolvers<App>();
  const server = createLocalServer(app.promise);
  // First of all: a second start on the same port must say so, and not stumble over the first one's database.
  const url = `http://${HOST}:${await listen(server, readPort(process.env.PORT))}`;

  const folder = dataDir();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keys = await openKeys(folder);
  const dynamo = await startDynamo(folder);
  Object.assign(process.env, {
    CENTINELA_DYNAMODB_ENDPOINT: dynamo.endpoint,
    CENTINELA_ISSUERS: JSON.stringify([localIssuer(`${url}${JWKS_PATH}`)]),
    CENTINELA_MASTER_KEY_FILE: keys.masterKeyFile,
  });
  const settings = readSettings(process.env);
  await ensureTables(
    createDynamoClient(settings.CENTINELA_DYNAMODB_ENDPOINT),
    settings.CENTINELA_TABLE_PREFIX,
  );
  // Now and not on the first request: neither a bundle that was tampered with nor a model that does not run may start.
  const metrics = createRegistryMetrics(stageOf(process.env));
  const services = { ...createServices(settings), metrics };
  await tryOut(await services.model());
  app.resolve({
    handlers: handlersOf(services),
    notFound: createNotFoundHandler(services),
    authorizer,
    metrics,
    jwks: keys.jwks,
  });

  const token = await keys.mintToken({
    role: 'MedicoGeneral',
    user: 'local-user',
    tenant: 'local',
    expiresIn: TOKEN_SECONDS,
  });
  console.log(welcome(url, folder, token));
  stopOnSignal(server, dynamo.close);
}

function welcome(url: string, folder: string, token: string): string {
  return `Centinela responde en / Centinela answers at: ${url}
Datos en / Data kept in: ${folder}
Pruebe (token válido 8 h) / Try (token valid for 8 h):

curl -s ${url}/v1/predict -H 'Content-Type: application/json' \\
  -H 'Authorization: Bearer ${token}' \\
  -d '${JSON.stringify(PREDICT_EXAMPLES.requests.acute.value)}'

Ctrl+C para terminar / to stop
`;
}

/** Lets requests under way end; a second signal does not wait. */
function stopOnSignal(server: Server, closeDatabase: () => Promise<void>): void {
  let isStopping = false;
  const stop = () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
    server.close(() => {
      closeDatabase().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
    server.closeIdleConnections();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** The error's message and those of its causes. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${wordsOf(error.cause)}`;
}

try {
  await start();
} catch (error) {
  const message = wordsOf(error);
  console.error(
    error instanceof StartError ? message : `Centinela no puede arrancar / cannot start: ${message}`,
  );
  process.exit(1);
}
