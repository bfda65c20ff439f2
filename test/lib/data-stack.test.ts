import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { TABLES } from '../../lambdas/adapters/store/tables.ts';
import { type Synth, synthesiseAll } from './synth.ts';

const STAGES = ['dev', 'prod'];
const { synthOf } = synthesiseAll(STAGES);

const resourcesOf = (template: Template, type: string) => Object.values(template.findResources(type));

describe.each(STAGES)('data of %s', (stage) => {
  let synth: Synth;
  let template: Template;
  beforeAll(() => {
    synth = synthOf(stage);
    template = Template.fromStack(synth.stacks.data);
  });

  it('has nothing that the checks object to', () => {
    expect(synth.findings).toEqual([]);
  });

  it('rotates every key', () => {
    const keys = resourcesOf(template, 'AWS::KMS::Key');

    expect(keys).toHaveLength(5);
    for (const { Properties } of keys) expect(Properties.EnableKeyRotation).toBe(true);
  });

  it('keeps versions of every bucket, shut to the public and to plain HTTP', () => {
    const buckets = resourcesOf(template, 'AWS::S3::Bucket');
    const policies = resourcesOf(template, 'AWS::S3::BucketPolicy');

    expect(buckets).toHaveLength(5);
    for (const { Properties } of buckets) {
      expect(Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(Properties.LifecycleConfiguration.Rules.length).toBeGreaterThan(0);
    }
    expect(policies).toHaveLength(5);
    for (const { Properties } of policies)
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
  });

  it("encrypts every bucket but the access logs' with a customer key", () => {
    const encrypted = resourcesOf(template, 'AWS::S3::Bucket').map(
      ({ Properties }) =>
        Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault,
    );

    expect(encrypted.filter(({ KMSMasterKeyID }) => KMSMasterKeyID !== undefined)).toHaveLength(4);
  });

  it("has the store's tables, with their keys, backups and expiry", () => {
    const tables = resourcesOf(template, 'AWS::DynamoDB::GlobalTable');

    expect(tables.map(({ Properties }) => Properties.TableName).sort()).toEqual(
      Object.keys(TABLES)
        .map((table) => `centinela-${stage}-${table}`)
        .sort(),
    );
    for (const { Properties } of tables) {
      expect(Properties.KeySchema).toEqual([
        { AttributeName: 'tenant', KeyType: 'HASH' },
        { AttributeName: expect.any(String), KeyType: 'RANGE' },
      ]);
      expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'expires_at', Enabled: true });
      expect(Properties.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
      for (const replica of Properties.Replicas) {
        expect(replica.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
        expect(replica.SSESpecification.KMSMasterKeyId).toBeDefined();
        expect(replica.DeletionProtectionEnabled).toBe(stage === 'prod');
      }
    }
  });

  it('locks the audit', () => {
    const retention = stage === 'prod' ? { Mode: 'COMPLIANCE', Days: 2557 } : { Mode: 'GOVERNANCE', Days: 1 };

    template.hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: retention } },
    });
  });

  it('lets data go only where the stage may be torn down', () => {
    const kept = ['AWS::KMS::Key', 'AWS::S3::Bucket', 'AWS::DynamoDB::GlobalTable'].flatMap((type) =>
      resourcesOf(template, type),
    );

    const policies = new Set(kept.map(({ DeletionPolicy }) => DeletionPolicy));

    expect([...policies]).toEqual([stage === 'prod' ? 'Retain' : 'Delete']);
    expect(synth.stacks.data.terminationProtection).toBe(stage === 'prod');
  });
});

describe('the second region', () => {
  it('gets a copy of every table and of every bucket but the logs', () => {
    const { stacks } = synthOf('prod');
    const template = Template.fromStack(stacks.data);

    for (const { Properties } of resourcesOf(template, 'AWS::DynamoDB::GlobalTable'))
      expect(Properties.Replicas.map(({ Region }: { Region: string }) => Region).sort()).toEqual([
        'eu-west-1',
        'eu-west-3',
      ]);
    const copied = resourcesOf(template, 'AWS::S3::Bucket').filter(
      ({ Properties }) => Properties.ReplicationConfiguration !== undefined,
    );
    expect(copied).toHaveLength(4);
    if (stacks.replica === undefined) throw new Error('no stack in the second region');
    Template.fromStack(stacks.replica).hasResourceProperties('AWS::S3::Bucket', {
      BucketName: { 'Fn::Join': ['', ['centinela-prod-raw-copy-', Match.anyValue()]] },
    });
  });

  it('has the key that opens the copied tables, of the tenants’ keys and no other', () => {
    const { stacks } = synthOf('prod');
    if (stacks.standby === undefined || stacks.replica === undefined) throw new Error('no second region');

    const shared = [stacks.data, stacks.replica].map((stack) =>
      resourcesOf(Template.fromStack(stack), 'AWS::KMS::Key')
        .filter(({ Properties }) => Properties.MultiRegion === true)
        .map(({ Properties }) => Properties.Description),
    );

    expect(shared).toEqual([['Centinela prod: tenants data'], []]);
    const copies = Template.fromStack(stacks.standby).findResources('AWS::KMS::ReplicaKey');
    expect(Object.values(copies).map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Retain']);
  });

  it('is not made where the stage names none', () => {
    const { stacks } = synthOf('dev');

    expect([stacks.replica, stacks.standby]).toEqual([undefined, undefined]);
  });
});
