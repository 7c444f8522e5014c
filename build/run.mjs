// Runs a script of build/ or bench/ in this process, after compiling what is out of date:
//   node build/run.mjs build/icons.ts [ARGUMENTS…]
import { compile } from './compile.mjs';

if (!compile()) process.exit(1);
const [script, ...args] = process.argv.slice(2);
const { main } = await import(`../out/${script.replace(/\.ts$/, '.js')}`);
await main(args);
