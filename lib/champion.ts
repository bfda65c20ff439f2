/** Which model bundle a synth deploys: the champion that SSM names or, on purpose or for want of one, the checkout's. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError, type StageConfig } from './config.ts';

/** The bundle of the checkout. */
export const CHECKOUT = resolve(import.meta.dirname, '../layers/model');

export interface ChosenModel {
  /** Of the bundle. */
  readonly version: string;
  /** The layer that holds it; without it the stack publishes the checkout's. */
  readonly layerVersionArn?: string;
  /** Whose choice it was, for whoever reads what synth says. */
  readonly because: string;
}

/** The account that a synth can ask, with the credentials that the app found. */
export interface Account {
  readonly id: () => Promise<string>;
  /** @returns undefined where there is none of that name. */
  readonly parameter: (name: string) => Promise<string | undefined>;
}

export const championParameter = (stage: string): string => `/centinela/${stage}/champion`;

const championSchema = z.strictObject({
  layerVersionArn: z.string().startsWith('arn:'),
  version: z.string().min(1),
});

/** The bundle that lies in the checkout. */
export function checkoutModel(because: string): ChosenModel {
  const { version } = JSON.parse(readFileSync(resolve(CHECKOUT, 'manifest.json'), 'utf8'));
  return { version, because };
}

export interface Asked {
  /** Of `-c model=`. */
  readonly model: unknown;
  /** Account that the CDK's own credentials lead to; undefined where it has none. */
  readonly deployer: string | undefined;
}

/**
 * Chooses the bundle. Whatever keeps it from knowing the champion, though somebody may deploy, stops the synth: code
 * must never change the model by accident.
 *
 * @throws ConfigError
 */
export async function chooseModel(
  { stage, account }: Pick<StageConfig, 'stage' | 'account'>,
  { model, deployer }: Asked,
  asked: Account,
): Promise<ChosenModel> {
  if (model === 'checkout') return checkoutModel('asked for by -c model=checkout');
  if (model !== undefined)
    throw new ConfigError(`model: given ${JSON.stringify(model)}; the one value allowed is "checkout"`);
  if (deployer === undefined) return checkoutModel('there are no credentials to ask for the champion');
  const name = championParameter(stage);
  const found = await asked.id();
  if (found !== (account ?? deployer))
    throw new ConfigError(
      `${name} cannot be asked for: the stage is deployed to ${account ?? deployer}, the app's credentials are of ${found}; choose them by AWS_PROFILE, which both read, instead of --profile`,
    );
  const value = await asked.parameter(name);
  if (value === undefined) return checkoutModel(`${name} names no champion yet`);
  return { ...parseChampion(name, value), because: `the champion of ${name}` };
}

function parseChampion(name: string, value: string): z.infer<typeof championSchema> {
  try {
    return championSchema.parse(JSON.parse(value));
  } catch {
    throw new ConfigError(`${name}: given ${value}; allowed is {"layerVersionArn": "arn:…", "version": "…"}`);
  }
}
