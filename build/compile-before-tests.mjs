// Worker threads and child processes of a test run the last build (engine/platform/worker-url.ts). One
// that is older than the sources gives other words and pixels than the test's own thread.
import { tryCompile } from './compile.mjs';

export function setup() {
  if (!tryCompile())
    process.stderr.write(
      'Workers and processes of the tests run an older build than the sources.\n',
    );
}
