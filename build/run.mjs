// Runs a script of build/ or bench/ in this process, after compiling what is out of date:
//   node build/run.mjs build/icons.ts [ARGUMENTS…]
// `--help` prints what a script says of itself.
import { compile } from './compile.mjs';

if (!compile()) process.exit(1);
const { runScript } = await import('../out/build/run-script.js');
const [script, ...args] = process.argv.slice(2);
const status = await runScript(script, args);
if (status !== undefined) process.exitCode = status;
