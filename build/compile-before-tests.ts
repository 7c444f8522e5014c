// Worker threads and child processes of a test run the last build (engine/platform/worker-url.ts),
// which must not be older than the sources that the test's own thread runs.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ROOT } from './root.ts';

export function setup(): void {
  const compile = path.join(ROOT, 'build', 'compile.mjs');
  const { status } = spawnSync(process.execPath, [compile], { stdio: ['ignore', 2, 2] });
  if (status !== 0)
    process.stderr.write(
      'Workers and processes of the tests run an older build than the sources.\n',
    );
}
