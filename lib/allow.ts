import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { acknowledgeWildcards, named } from './acknowledge.ts';

/** A right, and why its resources end as they do. */
export interface Right {
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: Record<string, Record<string, unknown>>;
  /** Needed where a resource holds a wildcard. */
  readonly because?: string;
}

/** Gives a role a right, its wildcards acknowledged with their reason; without a reason the checks object to them. */
export function allow(role: Role, { because, ...statement }: Right): void {
  role.addToPolicy(new PolicyStatement(statement));
  if (because === undefined) return;
  const wild = statement.resources
    .map((resource) => named(role, resource))
    .filter((text) => text.includes('*'));
  acknowledgeWildcards(
    role,
    because,
    wild.map((text) => `Resource::${text}`),
  );
}
