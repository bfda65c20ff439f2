import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../../lib/config.ts';
import { stageConfig } from '../../lib/stages.ts';

const FINE = {
  stage: 'trial',
  region: 'eu-west-1',
  architecture: 'arm64',
  logDays: 30,
  issuers: [],
  api: { ratePerSecond: 20, burst: 40, requestsPerAddress: 2_000, allowList: [] },
  emulated: false,
  removable: true,
  retentionDays: 30,
  auditLock: { mode: 'GOVERNANCE', days: 1 },
};

describe('stageConfig', () => {
  it.each(['dev', 'staging', 'prod', 'emulator'])('knows %s', (stage) => {
    expect(stageConfig(stage).stage).toBe(stage);
  });

  it('says what was given and what is allowed', () => {
    expect(() => stageConfig('production')).toThrow(
      new ConfigError(
        'stage: given "production"; pass -c stage=NAME with one of dev, staging, prod, emulator',
      ),
    );
    expect(() => stageConfig(undefined)).toThrow('stage: given undefined; pass -c stage=NAME');
  });

  it('takes issuers for an emulated stage alone', () => {
    const issuers = '[{"kind":"generic"}]';

    expect(stageConfig('emulator', issuers).issuers).toEqual([{ kind: 'generic' }]);
    expect(() => stageConfig('prod', issuers)).toThrow('issuers: given with stage "prod"');
    expect(() => stageConfig('emulator', 'nobody')).toThrow('issuers: given "nobody"');
    expect(() => stageConfig('emulator', '[7]')).toThrow('issuers.0: given 7');
  });

  it('locks the audit of prod for seven years, and of the others for a day', () => {
    expect(stageConfig('prod').auditLock).toEqual({ mode: 'COMPLIANCE', days: 2557 });
    expect(stageConfig('staging').auditLock).toEqual({ mode: 'GOVERNANCE', days: 1 });
  });
});

describe('parseConfig', () => {
  it.each([
    [{ region: 'Ireland' }, 'region: given "Ireland": an AWS region, such as eu-west-1'],
    [{ account: '12' }, 'account: given "12": 12 digits'],
    [{ retentionDays: 0 }, 'retentionDays: given 0'],
    [{ auditLock: { mode: 'NONE', days: 1 } }, 'auditLock.mode: given "NONE"'],
    [{ replicaRegion: 'eu-west-1' }, 'replicaRegion: given "eu-west-1", which is the stage\'s own region'],
    [
      { auditLock: { mode: 'COMPLIANCE', days: 9 } },
      'auditLock.mode: given "COMPLIANCE" with removable: true; a removable stage needs "GOVERNANCE"',
    ],
    [{ operations: { dispatchWindowHours: 0 } }, 'operations.dispatchWindowHours: given 0'],
    [{ operations: { alarms: { drift: 7 } } }, 'operations.alarms.drift: given 7'],
    [{ operations: { emails: { critical: ['nobody'] } } }, 'operations.emails.critical.0: given "nobody"'],
    [
      { github: { owner: 'a/b', repo: 'c', environment: 'd' } },
      'github.owner: given "a/b": a user or organisation',
    ],
    [
      { web: { domain: { name: 'x.org', certificateArn: 'arn:aws:acm:eu-west-1:1:certificate/1' } } },
      'a certificate of ACM in us-east-1, where CloudFront looks',
    ],
    [{ colour: 'red' }, 'Unrecognized key: "colour"'],
    [{ rollout: { shift: 'canary', percent: 100, minutes: 5 } }, 'rollout.percent: given 100'],
    [
      { rollout: { shift: 'linear', percent: 1, minutes: 30 } },
      'takes longer than the 2880 minutes that are allowed',
    ],
    [{ warm: { min: 1, max: 2, from: '6:00', to: 'cron(0 20 * * ? *)' } }, 'warm.from: given "6:00"'],
  ])('refuses %j', (change, message) => {
    const given = { ...FINE, ...change };

    expect(() => parseConfig(given)).toThrow(message);
  });

  it('sends a tenth of the traffic ahead where nothing else is said', () => {
    expect(parseConfig(FINE).rollout).toEqual({ shift: 'canary', percent: 10, minutes: 5 });
  });

  it('names every bad value at once', () => {
    const given = { ...FINE, region: 'x', stage: 'X' };

    expect(() => parseConfig(given)).toThrow(/stage: given "X"[\s\S]*region: given "x"/);
  });
});
