/**
 * `npm run doctor -- --stage staging [--lang en]`: whether this machine and the account are ready for a deploy of the
 * stage, and what to do where they are not. Exit code 1 where something would fail; reads, changes nothing.
 */

import { parseArgs } from 'node:util';
import { stageConfig } from '../lib/stages.ts';
import { examine, type Finding, type Level } from './doctor/checks.ts';
import { createWorld } from './doctor/world.ts';
import { type Lang, readLang } from './lang.ts';

const LEVELS: Readonly<Record<Level, Readonly<Record<Lang, string>>>> = {
  ok: { es: 'bien ', en: 'ok   ' },
  warn: { es: 'aviso', en: 'warn ' },
  fail: { es: 'fallo', en: 'fail ' },
};

function print({ level, what, advice }: Finding, lang: Lang): void {
  console.log(`${LEVELS[level][lang]} ${what[lang]}`);
  if (advice) console.log(`      ${advice[lang]}`);
}

try {
  const { values } = parseArgs({
    options: { stage: { type: 'string' }, lang: { type: 'string', default: 'es' } },
  });
  const lang = readLang(values.lang);
  // Throws where the stage's configuration cannot be used, and says what is wrong with it.
  const config = stageConfig(values.stage);
  const parsed = {
    es: `la configuración de ${config.stage} es válida`,
    en: `the configuration of ${config.stage} is valid`,
  };
  const findings = [
    { level: 'ok' as const, what: parsed },
    ...(await examine(config, createWorld(config.region, process.env))),
  ];
  for (const finding of findings) print(finding, lang);
  process.exitCode = findings.some(({ level }) => level === 'fail') ? 1 : 0;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
