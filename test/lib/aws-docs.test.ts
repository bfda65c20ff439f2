import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alarmReference, readAlarms } from '../../scripts/aws-docs/alarm-reference.ts';
import { settings } from '../../scripts/aws-docs/config-reference.ts';
import { AWS_DOCS, renderAwsDocs } from '../../scripts/aws-docs.ts';
import { readDeployed } from '../../scripts/cost/deployed.ts';
import { SYNTH_MS, synthesise } from './synth.ts';

const text = readFileSync(AWS_DOCS, 'utf8');

let templates: string;
beforeAll(() => {
  templates = mkdtempSync(join(tmpdir(), 'centinela-'));
  synthesise('prod', templates);
}, SYNTH_MS);
afterAll(() => rmSync(templates, { recursive: true }));

/** Alarms that the runbook's table names; `*` stands for whatever follows. */
function runbook(): RegExp[] {
  const [, table = ''] = /\| alarm \| first look \| then \|\n([\s\S]*?)\n\n/.exec(text) ?? [];
  const cells = table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)]);
  return cells.map(([, name = '']) => new RegExp(`^${name.replace('*', '.*')}$`));
}

describe('docs/aws.md', () => {
  it('shows the configuration, the alarms and the cost as they are', () => {
    expect(renderAwsDocs(text, templates)).toBe(text);
  });

  it('says what every value of the configuration is', () => {
    const undescribed = settings().filter(({ description = '' }) => description.length < 10);

    expect(undescribed.map(({ path }) => path)).toEqual([]);
  });

  it('says what to do about every alarm', () => {
    const known = runbook();
    const names = readAlarms(templates).map(({ name }) => name.replace(/^centinela-prod-/, ''));

    expect(known.length).toBeGreaterThan(5);
    expect(names.filter((name) => !known.some((pattern) => pattern.test(name)))).toEqual([]);
  });

  it('counts the bill on what prod deploys', () => {
    const { keys, webAcls, webAclRules, largestFunctionMb } = readDeployed(templates);

    // Five classes of data in each of two regions.
    expect(keys).toBeGreaterThanOrEqual(10);
    expect([webAcls, webAclRules]).toEqual([1, 4]);
    expect(largestFunctionMb).toBe(1_769);
  });
});

describe('alarmReference', () => {
  it('says who looks, how soon', () => {
    const table = alarmReference([
      { name: 'a', description: 'One.', severity: 'critical' },
      { name: 'b', description: 'Two.', severity: undefined },
    ]);

    expect(table).toContain('| `a` | One. | critical: 15 minutes, day and night |');
    expect(table).toContain('| `b` | Two. | tells nobody by itself |');
  });
});
