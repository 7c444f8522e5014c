#!/usr/bin/env node
// The `conmim` command: brings the compiled engine up to date, then runs it in this process.
import { compile } from './compile.mjs';

if (!compile()) process.exit(1);
const { main } = await import('../out/engine/cli/main.js');
await main(process.argv.slice(2));
