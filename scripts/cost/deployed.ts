/** What a stage deploys that costs money by the month, counted in its templates. */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export interface Deployed {
  readonly keys: number;
  readonly webAcls: number;
  /** Rules and rule groups of all web ACLs. */
  readonly webAclRules: number;
  readonly dashboards: number;
  /** Metrics that alarms watch: an alarm over a formula pays for each that it reads. */
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  readonly secrets: number;
  /** Memory of the functions that run the models. */
  readonly largestFunctionMb: number;
}

/** @param folder of a synth: its `*.template.json`. */
export function readDeployed(folder: string): Deployed {
  const files = globSync('*.template.json', { cwd: folder });
  if (files.length === 0) throw new Error(`${folder} holds no template`);
  const resources = files.flatMap((file) =>
    Object.values<Resource>(JSON.parse(readFileSync(join(folder, file), 'utf8')).Resources ?? {}),
  );
  return countDeployed(resources);
}

export function countDeployed(resources: readonly Resource[]): Deployed {
  const of = (type: string) => resources.filter(({ Type }) => Type === type);
  const sum = (type: string, count: (properties: Readonly<Record<string, unknown>>) => number) =>
    of(type).reduce((total, { Properties = {} }) => total + count(Properties), 0);
  return {
    keys: of('AWS::KMS::Key').length + of('AWS::KMS::ReplicaKey').length,
    webAcls: of('AWS::WAFv2::WebACL').length,
    webAclRules: sum('AWS::WAFv2::WebACL', ({ Rules }) => lengthOf(Rules)),
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    alarmMetrics: sum('AWS::CloudWatch::Alarm', ({ Metrics }) => metricsRead(Metrics)),
    compositeAlarms: of('AWS::CloudWatch::CompositeAlarm').length,
    secrets: of('AWS::SecretsManager::Secret').length,
    largestFunctionMb: Math.max(
      0,
      ...of('AWS::Lambda::Function').map(({ Properties }) => Number(Properties?.MemorySize ?? 128)),
    ),
  };
}

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

/** Of a formula's parts those that are metrics; one where the alarm has no formula. */
function metricsRead(metrics: unknown): number {
  return Array.isArray(metrics) ? metrics.filter((part) => 'MetricStat' in part).length : 1;
}
