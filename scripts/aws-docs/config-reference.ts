/** The reference of a stage's configuration, from its schema. */

import { z } from 'zod';
import { type StageConfig, stageConfigSchema } from '../../lib/config.ts';
import { markdownTable } from '../generated.ts';

/** What of JSON Schema the configuration's schema becomes. */
interface Node {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
}

/** A value of the configuration. */
export interface Setting {
  /** Such as `api.burst`. */
  readonly path: string;
  readonly description: string | undefined;
  readonly allowed: string;
  readonly optional: boolean;
}

/** Every value that a configuration holds, groups before their members. */
export function settings(): Setting[] {
  return membersOf(z.toJSONSchema(stageConfigSchema) as Node, '');
}

function membersOf({ properties = {}, required = [] }: Node, prefix: string): Setting[] {
  return Object.entries(properties).flatMap(([name, node]) => [
    {
      path: `${prefix}${name}`,
      description: node.description,
      allowed: allowed(node),
      optional: !required.includes(name),
    },
    ...membersOf(node, `${prefix}${name}.`),
  ]);
}

function allowed({ type = '', enum: words, minimum, maximum, items }: Node): string {
  if (words) return words.map((word) => `\`${word}\``).join(', ');
  if (type === 'array') return `list of ${items?.type}`;
  // The schema's own limit of what an integer can be says nothing.
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const range = [minimum !== undefined && `from ${minimum}`, most !== undefined && `to ${most}`].filter(
    Boolean,
  );
  return [type, ...range].join(' ');
}

/** @param stages whose values are shown beside the description. */
export function configReference(stages: readonly StageConfig[]): string {
  return markdownTable(
    ['value', 'what', 'allowed', ...stages.map(({ stage }) => stage)],
    settings().map(({ path, description = '', allowed, optional }) => [
      `\`${path}\``,
      description,
      `${allowed}${optional ? '; may be left out' : ''}`,
      ...stages.map((config) => shown(valueAt(config, path))),
    ]),
  );
}

const valueAt = (config: StageConfig, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], config);

/** Groups show their members below. */
function shown(value: unknown): string {
  if (value === undefined) return '—';
  return typeof value === 'object' && !Array.isArray(value) ? '' : `\`${JSON.stringify(value)}\``;
}
