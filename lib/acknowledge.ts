import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts findings of the checks below a construct: the finding's full id -> why it is right here. */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(construct).acknowledge({ id, reason });
}

/** Accepts wildcards in policies below a construct. @param findings `Action::…` or `Resource::…`, as the check names them. */
export function acknowledgeWildcards(
  construct: IConstruct,
  reason: string,
  findings: readonly string[],
): void {
  acknowledge(
    construct,
    Object.fromEntries(findings.map((finding) => [`AwsSolutions::AwsSolutions-IAM5[${finding}]`, reason])),
  );
}

/** A value as the checks write it: references in angle brackets. */
export function named(scope: IConstruct, value: string): string {
  return partsOf(Stack.of(scope).resolve(value)).join('');
}

/** What CDK makes of a value that is known only at deployment. */
type Resolved =
  | string
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly string[] }
  | { readonly 'Fn::ImportValue': string }
  | { readonly 'Fn::Sub': string }
  | { readonly 'Fn::Join': readonly [string, readonly Resolved[]] };

function partsOf(resolved: Resolved): string[] {
  if (typeof resolved === 'string') return [resolved];
  if ('Ref' in resolved) return [`<${resolved.Ref}>`];
  if ('Fn::GetAtt' in resolved) return [`<${resolved['Fn::GetAtt'].join('.')}>`];
  if ('Fn::ImportValue' in resolved) return [resolved['Fn::ImportValue']];
  if ('Fn::Sub' in resolved) return [resolved['Fn::Sub'].replaceAll('${', '<').replaceAll('}', '>')];
  return resolved['Fn::Join'][1].flatMap(partsOf);
}
