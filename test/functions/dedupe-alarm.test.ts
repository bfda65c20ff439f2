import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newUuid } from '../../lambdas/adapters/clock.ts';
import { createDatabase } from '../../lambdas/adapters/store/database.ts';
import { createDispatches } from '../../lambdas/adapters/store/dispatches.ts';
import { StoreUnavailableError } from '../../lambdas/adapters/store/index.ts';
import { createDedupe, type Dedupe, type DispatchingEvent } from '../../lambdas/functions/dedupe-alarm.ts';
import { PREFIX, startTestDatabase, type TestDatabase } from '../fixtures/store.ts';

const WINDOW_S = 3_600;

let database: TestDatabase;
let now: number;
let logged: string[];
let dedupe: Dedupe;
/** Of the alarm: one for each test. */
let alarmName: string;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  now = Date.parse('2026-11-21T10:00:00.000Z');
  logged = [];
  alarmName = `centinela-prod-drift-${newUuid()}`;
  const db = createDatabase(database.client, PREFIX, () => now);
  dedupe = createDedupe({
    dispatches: createDispatches(db, { clock: () => now, newId: newUuid }),
    stage: 'prod',
    windowSeconds: WINDOW_S,
    logger,
  });
});

const logger = {
  info: (...line: unknown[]) => void logged.push(JSON.stringify(line)),
  error: (...line: unknown[]) => void logged.push(JSON.stringify(line)),
};

const alarmEvent = (name: string): DispatchingEvent => ({
  version: '0',
  id: newUuid(),
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  account: '123456789012',
  time: '2026-11-21T10:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: { alarmName: name, state: { timestamp: '2026-11-21T09:59:58.000+0000' } },
});

const approvalEvent = (): DispatchingEvent => ({
  version: '0',
  id: newUuid(),
  'detail-type': 'SageMaker Model Package State Change',
  source: 'aws.sagemaker',
  account: '123456789012',
  time: '2026-11-21T10:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: {
    ModelPackageGroupName: 'centinela-prod',
    ModelPackageArn: 'arn:aws:sagemaker:eu-west-1:123456789012:model-package/centinela-prod/7',
  },
});

describe('an alarm', () => {
  it('asks for a training, in words that GitHub takes', async () => {
    const event = alarmEvent(alarmName);

    const { dispatch } = await dedupe(event);

    expect(dispatch).toEqual({
      event_type: 'retrain',
      client_payload: {
        stage: 'prod',
        alarm: alarmName,
        since: '2026-11-21T09:59:58.000+0000',
        event_id: event.id,
      },
    });
  });

  it('that rings again in the window asks for nothing', async () => {
    await dedupe(alarmEvent(alarmName));
    now += (WINDOW_S - 1) * 1_000;

    const again = await dedupe(alarmEvent(alarmName));

    expect(again).toEqual({ dispatch: null });
  });

  it('that rings after the window asks again', async () => {
    await dedupe(alarmEvent(alarmName));
    now += WINDOW_S * 1_000;

    const again = await dedupe(alarmEvent(alarmName));

    expect(again.dispatch?.event_type).toBe('retrain');
  });

  it('asks once, however many ring at the same moment', async () => {
    const decisions = await Promise.all(Array.from({ length: 8 }, () => dedupe(alarmEvent(alarmName))));

    expect(decisions.filter(({ dispatch }) => dispatch !== null)).toHaveLength(1);
  });

  it('is not kept from asking by another', async () => {
    await dedupe(alarmEvent(alarmName));

    const other = await dedupe(alarmEvent(`${alarmName}-2`));

    expect(other.dispatch?.client_payload.alarm).toBe(`${alarmName}-2`);
  });
});

describe('an approval', () => {
  it('asks for a deployment of what was approved', async () => {
    const event = approvalEvent();

    const { dispatch } = await dedupe(event);

    expect(dispatch).toEqual({
      event_type: 'deploy-model',
      client_payload: {
        stage: 'prod',
        model_package_group: 'centinela-prod',
        model_package_arn: 'arn:aws:sagemaker:eu-west-1:123456789012:model-package/centinela-prod/7',
        at: '2026-11-21T10:00:00Z',
        event_id: event.id,
      },
    });
  });

  it('that is told twice asks once, and given twice asks twice', async () => {
    const event = approvalEvent();
    await dedupe(event);

    const [told, given] = [await dedupe(event), await dedupe(approvalEvent())];

    expect(told.dispatch).toBeNull();
    expect(given.dispatch?.event_type).toBe('deploy-model');
  });
});

describe('a store that fails', () => {
  const failing = {
    get: async () => undefined,
    putNew: async () => Promise.reject(new StoreUnavailableError('Timeout')),
  };

  it('keeps nothing from being asked: a training too many costs less than one that never begins', async () => {
    const dispatches = createDispatches(failing, { clock: () => now, newId: newUuid });
    const blind = createDedupe({ dispatches, stage: 'prod', windowSeconds: WINDOW_S, logger });

    const decisions = [await blind(alarmEvent(alarmName)), await blind(alarmEvent(alarmName))];

    expect(decisions.map(({ dispatch }) => dispatch?.event_type)).toEqual(['retrain', 'retrain']);
    expect(logged.join()).toContain('StoreUnavailableError');
  });

  it('and kept the item all the same is known again by it', async () => {
    const db = createDatabase(database.client, PREFIX, () => now);
    // The write arrives, its answer does not, and the client's second try finds the item there.
    const forgetful = {
      ...db,
      putNew: async (...args: Parameters<typeof db.putNew>) => {
        await db.putNew(...args);
        return db.putNew(...args);
      },
    };
    const dispatches = createDispatches(forgetful, { clock: () => now, newId: newUuid });

    const claims = [await dispatches.claim(alarmName, WINDOW_S), await dispatches.claim(alarmName, WINDOW_S)];

    expect(claims).toEqual([true, false]);
  });
});
