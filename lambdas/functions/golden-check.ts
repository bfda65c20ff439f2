/**
 * What CodeDeploy waits for before the first patient reaches a new version of `predict`: every golden request answered
 * as the training run computed it.
 */

import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import * as z from 'zod';
import { modelFolder } from '../adapters/bundle.ts';
import { type Clock, systemClock } from '../adapters/clock.ts';
import { type Golden, type GoldenRequest, readGolden } from '../adapters/golden.ts';
import { createHookReporter, createInvoker, type HookEvent, type HookStatus } from '../adapters/rollout.ts';
import { type Caller, callerToContext, GOLDEN_TENANT } from '../api/claims.ts';
import type { PredictResponse } from '../api/schemas/prediction.ts';
import { failureForLog } from './failure.ts';
import { NOT_RECORDED } from './words.ts';

/** As in the tests of the bundle. */
const TOLERANCE = 1e-5;
/** Requests that go wrong before the rest is spared: enough to see what is the matter. */
const ENOUGH = 10;
/** Milliseconds kept back for the last call under way and for the report. */
const RESERVE_MS = 45_000;

export interface GoldenCheckDeps {
  readonly golden: () => Promise<Golden>;
  /** Calls the new version. */
  readonly invoke: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
  readonly report: (hook: HookEvent, status: HookStatus) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

export type GoldenCheck = (
  hook: HookEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<void>;

/** A hook that always answers: what it cannot find out has failed. */
export function createGoldenCheck(deps: GoldenCheckDeps): GoldenCheck {
  const { report, logger } = deps;
  return async (hook, context) => {
    let status: HookStatus = 'Failed';
    try {
      const { requests, wrong } = await replay(deps, () => context.getRemainingTimeInMillis());
      if (wrong === 0) status = 'Succeeded';
      logger.info('golden requests replayed', { requests, wrong });
    } catch (error) {
      logger.error('golden requests not replayed', { failure: failureForLog(error) });
    }
    await report(hook, status);
  };
}

async function replay({ golden, invoke, clock, logger }: GoldenCheckDeps, remaining: () => number) {
  const { version, requests } = await golden();
  if (requests.length === 0) throw new RangeError('the bundle holds no golden request');
  let wrong = 0;
  for (const request of requests) {
    if (remaining() < RESERVE_MS) throw new RangeError('out of time');
    const differences = await invoke(eventOf(request, clock())).then(
      (result) => compare(request, version, result),
      (error) => [failureForLog(error)],
    );
    if (differences.length === 0) continue;
    // Nobody's data: the golden requests are made up.
    logger.error('golden request answered otherwise', { golden: request.name, differences });
    wrong += 1;
    if (wrong === ENOUGH) break;
  }
  return { requests: requests.length, wrong };
}

/** As API Gateway would send it, but for the authorizer: no token is made that anybody else could use. */
function eventOf({ request }: GoldenRequest, now: number): APIGatewayProxyEvent {
  const caller: Caller = {
    user: 'golden-check',
    tenant: GOLDEN_TENANT,
    role: 'SistemaHospital',
    scopes: ['medical.diagnosis.read'],
    expiresAt: Math.floor(now / 1000) + 60,
  };
  // Without a patient id nothing is filed under a patient; the reasons are held to Python by the tests.
  const { patient_id: _, ...asked } = request;
  return {
    headers: { 'Content-Type': 'application/json' },
    queryStringParameters: null,
    pathParameters: null,
    body: JSON.stringify({ ...asked, explain: false }),
    isBase64Encoded: false,
    requestContext: { authorizer: { ...callerToContext(caller) } },
  } as unknown as APIGatewayProxyEvent;
}

type Answer = Pick<PredictResponse, 'model_version' | 'top_conditions' | 'warnings'>;

/** What an answer has otherwise than the training run, in words; nothing where they agree. */
function compare({ top }: GoldenRequest, version: string, { statusCode, body }: APIGatewayProxyResult) {
  if (statusCode !== 200) return [`status ${statusCode}`];
  const { model_version, top_conditions, warnings }: Answer = JSON.parse(body);
  const expected = new Map(top);
  const isOff = (probability: number, other = Number.NaN) => !(Math.abs(probability - other) <= TOLERANCE);
  return [
    ...(model_version === version ? [] : [`model ${model_version} instead of ${version}`]),
    ...(top_conditions.length === 0 ? ['no conditions'] : []),
    // By place and by code: conditions that are equally likely may change their places.
    ...top_conditions
      .filter(
        ({ code, probability }, place) =>
          isOff(probability, top[place]?.[1]) || isOff(probability, expected.get(code)),
      )
      .map(({ code, probability }) => `${code}: ${probability} instead of ${expected.get(code) ?? 'less'}`),
    ...warnings.filter(({ code }) => code === NOT_RECORDED.code).map(({ code }) => code),
  ];
}

const settingsSchema = z.object({
  /** The package that holds the new version's bundle. */
  CENTINELA_MODEL_DIR: z.string().min(1),
  /** ARN of the version of `predict` that is being rolled out. */
  CENTINELA_NEW_VERSION: z.string().startsWith('arn:'),
});

let check: GoldenCheck | undefined;

/** The Lambda function: configured by the environment on its first call. */
export const handler: GoldenCheck = (hook, context) => {
  check ??= ownCheck();
  return check(hook, context);
};

function ownCheck(): GoldenCheck {
  const settings = settingsSchema.parse(process.env);
  const invoke = createInvoker(settings.CENTINELA_NEW_VERSION);
  return createGoldenCheck({
    golden: () => readGolden(modelFolder(settings.CENTINELA_MODEL_DIR)),
    invoke: async (event) => (await invoke(event)) as APIGatewayProxyResult,
    report: createHookReporter(),
    clock: systemClock,
    logger: new Logger({ serviceName: 'centinela-golden-check' }),
  });
}
