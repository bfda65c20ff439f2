/** The alarms that a stage deploys, from its templates. */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from '../generated.ts';

const ALARMS = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];

export interface Alarm {
  readonly name: string;
  /** What it means: the alarm's own description. */
  readonly description: string;
  /** Of the topic that is told; undefined where it is part of another alarm. */
  readonly severity: string | undefined;
}

/** @param folder of a synth: its `*.template.json`. */
export function readAlarms(folder: string): Alarm[] {
  return globSync('*.template.json', { cwd: folder })
    .flatMap((file) => {
      const { Resources = {} } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      return Object.entries<{ Type: string; Properties: Record<string, unknown> }>(Resources);
    })
    .filter(([, { Type }]) => ALARMS.includes(Type))
    .map(([id, { Properties }]) => ({
      name: nameOf(Properties.AlarmName) || id,
      description: String(Properties.AlarmDescription ?? ''),
      severity: /critical|warning|info/.exec(JSON.stringify(Properties.AlarmActions ?? []))?.[0],
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** A name as far as a template knows it: what only the deployment knows is left open. */
function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join } = (value ?? {}) as { 'Fn::Join'?: [string, unknown[]] };
  return join === undefined
    ? ''
    : join[1].map((part) => (typeof part === 'string' ? part : '…')).join(join[0]);
}

/** How soon somebody looks at each severity. */
const TARGETS: Readonly<Record<string, string>> = {
  critical: 'critical: 15 minutes, day and night',
  warning: 'warning: the same working day',
  info: 'info: within the week',
};

export function alarmReference(alarms: readonly Alarm[]): string {
  return markdownTable(
    ['alarm', 'what it means', 'who looks, how soon'],
    alarms.map(({ name, description, severity = '' }) => [
      `\`${name}\``,
      description,
      TARGETS[severity] ?? 'tells nobody by itself',
    ]),
  );
}
