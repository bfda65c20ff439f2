/** The stages that `-c stage=NAME` knows. */

import { ConfigError, parseConfig, type StageConfig } from './config.ts';

/** Seven years with their leap days: clinical documentation (Ley 41/2002 asks for five from discharge). */
const SEVEN_YEARS = 2557;

const api = { ratePerSecond: 20, burst: 40, requestsPerAddress: 2_000, allowList: [] };

const trial = {
  region: 'eu-west-1',
  architecture: 'arm64',
  logDays: 30,
  issuers: [],
  // A page that runs on the developer's own machine.
  signInPages: ['http://localhost:5173/'],
  api,
  emulated: false,
  removable: true,
  retentionDays: 30,
  auditLock: { mode: 'GOVERNANCE', days: 1 },
};

const STAGES: Readonly<Record<string, object>> = {
  dev: trial,
  staging: trial,
  prod: {
    region: 'eu-west-1',
    architecture: 'arm64',
    logDays: 365,
    issuers: [],
    api,
    // Spain's working hours, in UTC.
    warm: { min: 1, max: 4, from: 'cron(0 6-19 ? * MON-FRI *)', to: 'cron(0 20-23,0-5 * * ? *)' },
    emulated: false,
    removable: false,
    retentionDays: SEVEN_YEARS,
    auditLock: { mode: 'COMPLIANCE', days: SEVEN_YEARS },
    replicaRegion: 'eu-west-3',
  },
  emulator: {
    ...trial,
    account: '000000000000',
    region: 'us-east-1',
    architecture: 'x64',
    emulated: true,
    github: { owner: 'example', repo: 'centinela', environment: 'emulator' },
  },
};

/**
 * @param issuers JSON list of whose tokens an emulated stage trusts: who publishes their keys is known when it runs.
 * @throws ConfigError where there is no such stage.
 */
export function stageConfig(stage: unknown, issuers?: unknown): StageConfig {
  const found = typeof stage === 'string' ? STAGES[stage] : undefined;
  if (found === undefined)
    throw new ConfigError(
      `stage: given ${JSON.stringify(stage)}; pass -c stage=NAME with one of ${Object.keys(STAGES).join(', ')}`,
    );
  const config = parseConfig({ stage, ...found });
  if (issuers === undefined) return config;
  if (!config.emulated)
    throw new ConfigError(
      `issuers: given with stage "${config.stage}"; -c issuers=JSON is for an emulated stage, others name theirs in lib/stages.ts`,
    );
  return parseConfig({ ...config, issuers: parseJson(issuers) });
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    throw new ConfigError(`issuers: given ${JSON.stringify(text)}; pass -c issuers=JSON, a list`);
  }
}
