import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type App, AssetHashType } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { type Entry, tar } from '../tar.ts';

const TRAINING = resolve(import.meta.dirname, '../../training');

/** What a job runs; tests stay behind. */
const PACKED = ['requirements.txt', 'train.py', 'manifest.schema.json', 'centinela_training/**/*'];
const LOCK = join(TRAINING, 'requirements.txt');

/** `sourcedir.tar.gz`: the training code as script mode takes it, and where the packages that it needs are to be put. */
export class TrainingSource extends Construct {
  readonly asset: Asset;
  /** Prefix, in the bucket of artefacts, of the wheels: another lock has another. */
  readonly wheelhouse: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { outdir } = this.node.root as App;
    mkdirSync(outdir, { recursive: true });
    const path = join(outdir, 'sourcedir.tar.gz');
    const archive = tar(packed());
    writeFileSync(path, gzipSync(archive, { level: 9 }));
    this.asset = new Asset(this, 'Asset', {
      path,
      // Of what is packed: another zlib may pack it otherwise.
      assetHashType: AssetHashType.CUSTOM,
      assetHash: sha256(archive),
    });
    this.wheelhouse = `wheelhouse/${sha256(readFileSync(LOCK)).slice(0, 16)}`;
  }
}

function packed(): Entry[] {
  return globSync(PACKED, { cwd: TRAINING })
    .filter((path) => !path.endsWith('.pyc') && statSync(join(TRAINING, path)).isFile())
    .map((path) => ({ path: path.replaceAll('\\', '/'), content: readFileSync(join(TRAINING, path)) }));
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
