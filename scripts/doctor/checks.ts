/** What a deploy of a stage needs, checked one by one. */

import type { StageConfig } from '../../lib/config.ts';
import type { Text } from '../lang.ts';

/** What the checks ask of the outside world; each may throw. */
export interface World {
  /** Such as 24.21.0. */
  readonly nodeVersion: string;
  /** Region of the shell, where it names one. */
  readonly shellRegion: string | undefined;
  readonly now: number;
  readonly identity: () => Promise<{ readonly account: string; readonly arn: string }>;
  /** Version of the CDK bootstrap in a region; undefined where there is none. */
  readonly bootstrapVersion: (region: string) => Promise<number | undefined>;
  /** Executions at once that the account may have in a region. */
  readonly concurrency: (region: string) => Promise<{ readonly limit: number; readonly unreserved: number }>;
  /** Of the token that starts workflows. */
  readonly githubToken: () => Promise<GithubToken>;
}

/** What GitHub says of a token. */
export type GithubToken =
  | { readonly state: 'not given' | 'refused' | 'without end' }
  | { readonly state: 'ends'; readonly at: number };

export type Level = 'ok' | 'warn' | 'fail';

/** What a check found, and what to do where it is not fine. */
export interface Finding {
  readonly level: Level;
  readonly what: Text;
  readonly advice?: Text;
}

/** Oldest Node that runs our files as they are. */
const NODE_MAJOR = 24;
/** Oldest bootstrap that CDK's stacks accept. */
const BOOTSTRAP_VERSION = 6;
/** Lambda keeps so many for functions without provisioned or reserved concurrency. */
const UNRESERVED = 100;
const DAY_MS = 86_400_000;
/** A token is renewed before the last two weeks. */
const TOKEN_DAYS = 14;

/** All checks of a stage; what cannot be asked is a finding too. */
export async function examine(config: StageConfig, world: World): Promise<Finding[]> {
  return [
    node(world),
    shellRegion(config, world),
    ...(await inAws(config, world)),
    await asked('GitHub', github(world), {
      es: 'Compruebe que esta máquina alcanza GITHUB_API_URL (https://api.github.com si no se indica).',
      en: 'See that this machine reaches GITHUB_API_URL (https://api.github.com where not given).',
    }),
  ];
}

/** What the account says: nothing to whom it does not know. */
async function inAws(config: StageConfig, world: World): Promise<Finding[]> {
  const who = await asked('AWS', credentials(config, world), {
    es: 'Inicie sesión, por ejemplo con «aws sso login», y elija el perfil con AWS_PROFILE.',
    en: 'Sign in, such as by "aws sso login", and choose the profile by AWS_PROFILE.',
  });
  // Without an account, or with the wrong one, a deploy fails, and the rest would be asked in vain.
  if (who.level !== 'ok') return [{ ...who, level: 'fail' }];
  const regions = [config.region, ...(config.replicaRegion === undefined ? [] : [config.replicaRegion])];
  const rest = [
    ...regions.map((region) =>
      asked(`bootstrap, ${region}`, bootstrap(region, world), {
        es: 'Hace falta el permiso ssm:GetParameter sobre /cdk-bootstrap/*.',
        en: 'It takes the right ssm:GetParameter to /cdk-bootstrap/*.',
      }),
    ),
    asked('Lambda', concurrency(config, world), {
      es: 'Hace falta el permiso lambda:GetAccountSettings.',
      en: 'It takes the right lambda:GetAccountSettings.',
    }),
  ];
  return [who, ...(await Promise.all(rest))];
}

/** A check that asks somebody: where that fails nothing is known, which is a warning. */
async function asked(name: string, check: Promise<Finding>, advice: Text): Promise<Finding> {
  return check.catch((error: unknown) => {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return {
      level: 'warn' as const,
      what: {
        es: `${name}: no se pudo comprobar (${reason})`,
        en: `${name}: could not be checked (${reason})`,
      },
      advice,
    };
  });
}

function node({ nodeVersion }: World): Finding {
  const what = { es: `Node ${nodeVersion}`, en: `Node ${nodeVersion}` };
  if (Number.parseInt(nodeVersion, 10) >= NODE_MAJOR) return { level: 'ok', what };
  return {
    level: 'fail',
    what,
    advice: {
      es: `Hace falta Node ${NODE_MAJOR}: llámelo con «npm run doctor», que usa el del paquete, tras «npm ci».`,
      en: `It takes Node ${NODE_MAJOR}: call it by "npm run doctor", which uses the package's own, after "npm ci".`,
    },
  };
}

function shellRegion({ region }: StageConfig, world: World): Finding {
  const given = world.shellRegion;
  if (given === undefined || given === region)
    return { level: 'ok', what: { es: `región ${region}`, en: `region ${region}` } };
  return {
    level: 'warn',
    what: {
      es: `región: la etapa vive en ${region}, AWS_REGION dice ${given}`,
      en: `region: the stage lives in ${region}, AWS_REGION says ${given}`,
    },
    advice: {
      es: `CDK usa la de la etapa; para las órdenes «aws» de docs/aws.md: export AWS_REGION=${region}`,
      en: `CDK uses the stage's; for the "aws" commands of docs/aws.md: export AWS_REGION=${region}`,
    },
  };
}

async function credentials({ account }: StageConfig, world: World): Promise<Finding> {
  const identity = await world.identity();
  const what = {
    es: `credenciales de ${identity.arn}`,
    en: `credentials of ${identity.arn}`,
  };
  if (account === undefined || account === identity.account) return { level: 'ok', what };
  return {
    level: 'fail',
    what: {
      es: `cuenta: la etapa vive en ${account}, las credenciales son de ${identity.account}`,
      en: `account: the stage lives in ${account}, the credentials are of ${identity.account}`,
    },
    advice: {
      es: 'Elija otro perfil con AWS_PROFILE, o cambie «account» en lib/stages.ts.',
      en: 'Choose another profile by AWS_PROFILE, or change "account" in lib/stages.ts.',
    },
  };
}

async function bootstrap(region: string, world: World): Promise<Finding> {
  const version = await world.bootstrapVersion(region);
  const what = {
    es: `bootstrap de CDK en ${region}: ${version ?? 'falta'}`,
    en: `CDK bootstrap in ${region}: ${version ?? 'missing'}`,
  };
  if (version !== undefined && version >= BOOTSTRAP_VERSION) return { level: 'ok', what };
  const command = `npx cdk bootstrap aws://${(await world.identity()).account}/${region}`;
  return { level: 'fail', what, advice: { es: `Ejecute: ${command}`, en: `Run: ${command}` } };
}

async function concurrency({ region, warm }: StageConfig, world: World): Promise<Finding> {
  const { limit, unreserved } = await world.concurrency(region);
  const needed = UNRESERVED + (warm?.max ?? 0);
  const what = {
    es: `Lambda en ${region}: ${limit} ejecuciones a la vez, ${unreserved} sin reservar`,
    en: `Lambda in ${region}: ${limit} executions at once, ${unreserved} unreserved`,
  };
  if (unreserved >= needed) return { level: 'ok', what };
  const quota =
    'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000';
  return {
    // Without warm functions few executions at once are slow, not wrong.
    level: warm === undefined ? 'warn' : 'fail',
    what,
    advice: {
      es: `Hacen falta ${needed} sin reservar. Pida más: ${quota} --region ${region}`,
      en: `It takes ${needed} unreserved. Ask for more: ${quota} --region ${region}`,
    },
  };
}

async function github({ githubToken, now }: World): Promise<Finding> {
  const token = await githubToken();
  if (token.state === 'ends') return ending(token.at, now);
  return {
    'not given': {
      level: 'warn' as const,
      what: { es: 'token de GitHub: no se indicó', en: 'GitHub token: not given' },
      advice: {
        es: 'Ponga en GITHUB_TOKEN el que arranca el reentrenamiento, para comprobar hasta cuándo vale.',
        en: 'Put the one that starts the retraining into GITHUB_TOKEN, to see how long it lasts.',
      },
    },
    refused: {
      level: 'fail' as const,
      what: { es: 'token de GitHub: rechazado (401)', en: 'GitHub token: refused (401)' },
      advice: RENEW,
    },
    'without end': {
      level: 'ok' as const,
      what: { es: 'token de GitHub: aceptado, sin caducidad', en: 'GitHub token: accepted, without an end' },
    },
  }[token.state];
}

const RENEW: Text = {
  es: 'Cree otro («Contents: write» de este repositorio) y guárdelo en el secreto: docs/aws.md, «The GitHub token».',
  en: 'Make another ("Contents: write" of this repository) and put it into the secret: docs/aws.md, "The GitHub token".',
};

function ending(at: number, now: number): Finding {
  const days = Math.floor((at - now) / DAY_MS);
  const date = new Date(at).toISOString().slice(0, 10);
  const what = {
    es: `token de GitHub: vale hasta el ${date} (${days} días)`,
    en: `GitHub token: good until ${date} (${days} days)`,
  };
  if (days >= TOKEN_DAYS) return { level: 'ok', what };
  return { level: days < 0 ? 'fail' : 'warn', what, advice: RENEW };
}
