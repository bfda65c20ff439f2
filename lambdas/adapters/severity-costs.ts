/** The cost matrix of the severities, held to its signature. */

import { createHash } from 'node:crypto';
import {
  canonicalCosts,
  costMatrix,
  type SeverityCostFile,
  type SeverityCosts,
} from '../core/severity-costs.ts';

/**
 * The matrix of the file, once its digest is the one that was signed.
 *
 * @throws {Error} where somebody changed a cost without signing: the message gives the digest to sign.
 */
export function signedCosts(file: SeverityCostFile): SeverityCosts {
  const digest = createHash('sha256').update(canonicalCosts(file)).digest('hex');
  const { sha256, date } = file.signature;
  if (digest !== sha256)
    throw new Error(
      `severity_costs.json: the costs are not those that were signed (${file.owner.en}; ${date}). ` +
        `To sign them record their SHA-256 ${digest} with the date of the new signing.`,
    );
  return costMatrix(file);
}
