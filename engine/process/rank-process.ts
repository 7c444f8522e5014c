/**
 * The process of one rank that a command has started on this machine.
 *
 * Arguments: what follows `conmim`.
 */
import '../platform/quiet-environment.ts';
import { runRank } from '../cli/ranks/run-rank.ts';

await runRank(process.argv.slice(2));
