import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countDeployed, type Deployed } from '../../scripts/cost/deployed.ts';
import { estimate, type Stage, sumOf } from '../../scripts/cost/estimate.ts';
import { LINES } from '../../scripts/cost/lines.ts';
import { findPrice, type PriceTable, readPrices } from '../../scripts/cost/prices.ts';
import { costReport } from '../../scripts/cost/report.ts';
import { ASSUMED, SCENARIOS, type Scenario } from '../../scripts/cost/usage.ts';
import { averageWarm } from '../../scripts/cost/warm.ts';

const prices = readPrices();

const deployed: Deployed = {
  keys: 10,
  webAcls: 1,
  webAclRules: 4,
  dashboards: 3,
  alarmMetrics: 20,
  compositeAlarms: 2,
  secrets: 1,
  largestFunctionMb: 1_024,
};
const stage: Stage = {
  config: { region: 'eu-west-1', architecture: 'arm64', logDays: 365, retentionDays: 2557 },
  deployed,
  prices,
};
const replicated: Stage = { ...stage, config: { ...stage.config, replicaRegion: 'eu-west-3' } };

const scenario = (predictionsADay: number, hospitals = 1): Scenario => ({
  name: { es: '', en: '' },
  predictionsADay,
  hospitals,
});

function itemOf(given: Scenario, service: string, what: string, at: Stage = stage) {
  const item = estimate(given, at).find(({ line }) => line.service === service && line.what.en === what);
  if (item === undefined) throw new Error(`no line ${service}: ${what}`);
  return item;
}

describe('a price', () => {
  it('is that of one, whatever the list states it for', () => {
    expect(findPrice(prices, 'Lambda', 'requests', 'eu-west-1')).toEqual({
      each: expect.closeTo(0.2e-6, 12),
      listed: '0.2 per million',
      region: 'eu-west-1',
    });
    expect(findPrice(prices, 'KMS', 'symmetric requests', 'us-east-1')?.each).toBeCloseTo(0.03 / 10_000, 12);
    expect(findPrice(prices, 'WAF', 'web ACL', 'eu-west-1')?.each).toBe(5);
  });

  it('is another region’s, and says so, where its own was not found', () => {
    expect(findPrice(prices, 'KMS', 'customer managed key', 'eu-west-1')).toMatchObject({
      each: 1,
      region: 'us-east-1',
    });
  });

  it('reads a weakly sourced number, and no number from words', () => {
    expect(findPrice(prices, 'S3', 'PUT/COPY/POST/LIST', 'eu-south-2')?.each).toBeCloseTo(0.0053 / 1_000, 12);
    expect(findPrice(prices, 'CloudWatch', 'EMF', 'eu-west-1')).toBeUndefined();
  });

  it('is missing, never zero, where nobody found one', () => {
    expect(findPrice(prices, 'WAF', 'body inspection above the default 16 KB', 'eu-west-1')).toBeUndefined();
    expect(
      findPrice(prices, 'EventBridge', 'events from AWS services on the default bus', 'us-east-1'),
    ).toEqual(expect.objectContaining({ each: 0 }));
  });

  it('is asked only of items that the table has', () => {
    expect(() => findPrice(prices, 'Lambda', 'request', 'eu-west-1')).toThrow(/has no Lambda: request/);
  });

  it('of every line is in the table, or known to be absent from it', () => {
    const none = LINES.filter((line) => line.item({ scenario: scenario(1), ...stage }) === null);

    expect(() => estimate(scenario(1), stage)).not.toThrow();
    expect(none.map(({ what }) => what.en)).toEqual(['second region: replicated writes', 'between regions']);
  });
});

describe('a bill', () => {
  it('multiplies known numbers', () => {
    const month = scenario(12_000);
    const predictions = (12_000 * 365) / 12;

    expect(itemOf(month, 'API Gateway', 'requests').cost).toBeCloseTo(predictions * 1.5 * 3.5e-6, 6);
    expect(itemOf(month, 'Lambda', 'duration of predictions').cost).toBeCloseTo(
      (predictions * ASSUMED.predictionMs * 1.33334e-5) / 1_000,
      6,
    );
    expect(itemOf(month, 'KMS', 'keys').cost).toBe(10);
    expect(itemOf(month, 'WAF', 'rules').cost).toBe(4);
  });

  it('deducts what the list calls free, and no more', () => {
    expect(itemOf(scenario(0), 'CloudWatch', 'dashboards').cost).toBe(0);
    const four = { ...stage, deployed: { ...deployed, dashboards: 4 } };
    expect(itemOf(scenario(0), 'CloudWatch', 'dashboards', four).cost).toBe(3);
  });

  it('pays for warm functions by the hour, and less for each prediction', () => {
    const warm = { min: 1, max: 1, from: 'cron(0 6 ? * MON-FRI *)', to: 'cron(0 20 ? * MON-FRI *)' };
    const kept = { ...stage, config: { ...stage.config, warm } };

    expect(itemOf(scenario(0), 'Lambda', 'provisioned concurrency', kept).cost).toBeCloseTo(
      ((365 * 86_400) / 12) * 3.3334e-6,
      4,
    );
    expect(itemOf(scenario(0), 'Lambda', 'provisioned concurrency').cost).toBe(0);
    expect(itemOf(scenario(1_000), 'Lambda', 'duration of predictions', kept).price?.each).toBe(7.7778e-6);
  });

  it('stores no longer than the stage keeps', () => {
    const month = { ...stage, config: { ...stage.config, retentionDays: 30 } };
    const stored = (at: Stage) => itemOf(scenario(1_000_000), 'DynamoDB', 'storage', at).quantity;

    expect(stored(stage) / stored(month)).toBeCloseTo(365 / 30, 10);
  });

  it('misses what has no price, and only where it is used', () => {
    const writes = 'second region: replicated writes';

    expect(itemOf(scenario(1_000), 'DynamoDB', writes, replicated).cost).toBeUndefined();
    expect(itemOf(scenario(1_000), 'DynamoDB', writes).cost).toBe(0);
    expect(sumOf(estimate(scenario(1_000), replicated)).missing).toBe(true);
    expect(sumOf(estimate(scenario(1_000), stage)).missing).toBe(false);
  });

  it('never falls as predictions or hospitals grow', () => {
    fc.assert(
      fc.property(
        fc.nat(2_000_000),
        fc.nat(2_000_000),
        fc.integer({ min: 1, max: 200 }),
        fc.nat(200),
        (a, b, hospitals, more) => {
          const less = estimate(scenario(Math.min(a, b), hospitals), replicated);
          const greater = estimate(scenario(Math.max(a, b), hospitals + more), replicated);
          for (const [at, { cost, line }] of less.entries())
            expect(greater[at]?.cost ?? Number.POSITIVE_INFINITY, line.what.en).toBeGreaterThanOrEqual(
              cost ?? 0,
            );
        },
      ),
    );
  });
});

describe('averageWarm', () => {
  it.each([
    // 70 hours of 168 at the greater number.
    ['cron(0 6 ? * MON-FRI *)', 'cron(0 20 ? * MON-FRI *)', 1 + (3 * 70) / 168],
    // The same hours, each named.
    ['cron(0 6-19 ? * MON-FRI *)', 'cron(0 20-23,0-5 * * ? *)', 1 + (3 * 70) / 168],
    // From Monday morning to Friday night.
    ['cron(0 6 ? * MON *)', 'cron(0 20 ? * FRI *)', 1 + (3 * (4 * 24 + 14)) / 168],
    ['cron(0 8 ? * * *)', 'cron(0 20 ? * * *)', 2.5],
    ['cron(0 22 ? * * *)', 'cron(0 4 ? * * *)', 1 + 3 / 4],
  ])('weighs the hours from %s to %s', (from, to, average) => {
    expect(averageWarm({ min: 1, max: 4, from, to })).toBeCloseTo(average, 10);
  });

  it('is nothing without a schedule', () => {
    expect(averageWarm(undefined)).toBe(0);
  });

  it.each(['rate(1 hour)', 'cron(0 6 1 * ? *)', 'cron(0 6 ? * MON#1 *)', 'cron(0 x ? * MON *)'])(
    'refuses %s',
    (from) => {
      expect(() => averageWarm({ min: 1, max: 2, from, to: 'cron(0 20 ? * * *)' })).toThrow(/warm: given/);
    },
  );
});

describe('countDeployed', () => {
  it('counts what costs by the month', () => {
    const alarm = (Properties: Record<string, unknown>) => ({ Type: 'AWS::CloudWatch::Alarm', Properties });

    const counted = countDeployed([
      { Type: 'AWS::KMS::Key' },
      { Type: 'AWS::KMS::ReplicaKey' },
      { Type: 'AWS::WAFv2::WebACL', Properties: { Rules: [{}, {}] } },
      alarm({ MetricName: 'Errors' }),
      alarm({ Metrics: [{ Expression: 'a / b' }, { MetricStat: {} }, { MetricStat: {} }] }),
      { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 1_769 } },
      { Type: 'AWS::Lambda::Function', Properties: {} },
    ]);

    expect(counted).toEqual({
      keys: 2,
      webAcls: 1,
      webAclRules: 2,
      dashboards: 0,
      alarmMetrics: 3,
      compositeAlarms: 0,
      secrets: 0,
      largestFunctionMb: 1_769,
    });
  });
});

describe('costReport', () => {
  it.each(['es', 'en'] as const)('says in %s what is missing and what is borrowed', (lang) => {
    const nothing: PriceTable = {
      ...prices,
      rows: prices.rows.map((row) =>
        row.service === 'WAF' ? { ...row, 'eu-west-1': 'not found', 'us-east-1': 'not found' } : row,
      ),
    };

    const report = costReport({ ...replicated, prices: nothing }, lang);

    const missing = { es: 'sin precio', en: 'price not found' }[lang];
    expect(report).toContain(`| WAF | ${missing} | ${missing} | ${missing} |`);
    expect(report).toMatch(/\| KMS \| 10[.,]00\\\* \|/);
    expect(report).toMatch(/\| DynamoDB \| 0[.,]00 \| ≥ /);
    expect(report).toContain(prices.as_of);
  });

  it('has a column for each scenario', () => {
    const [head] = /\| service .*/.exec(costReport(stage, 'en')) ?? [];

    expect(head).toBe(`| service | ${SCENARIOS.map(({ name }) => name.en).join(' | ')} |`);
  });
});
