/** The Python half of `npm test`: ruff, then pytest. */

import { runPython } from './python.ts';

runPython(['-m', 'ruff', 'check', 'training']);
runPython(['-m', 'ruff', 'format', '--check', 'training']);
runPython(['-m', 'pytest', 'training', '-q', '-p', 'no:cacheprovider', ...process.argv.slice(2)]);
