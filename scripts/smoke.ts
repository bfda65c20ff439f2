/**
 * `npm run smoke -- OUTPUTS.json`: asks a deployed stage whether it lives, by its open routes and by what it must refuse.
 * The file is the one that `cdk deploy --outputs-file` writes.
 */

import { readFileSync } from 'node:fs';
import { addressIn, smokeTests } from './smoke/tests.ts';

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('npm run smoke -- OUTPUTS.json: the file of `cdk deploy --outputs-file`');
  process.exit(1);
}
const faults = await smokeTests(addressIn(JSON.parse(readFileSync(file, 'utf8'))));
for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? 'The stage answers as it should.' : `${faults.length} answers are wrong.`);
process.exitCode = faults.length === 0 ? 0 : 1;
