// Holds devices against the truth and appends what was found to bench/results/tfjs-conformance.csv: every
// op and its gradient against the reference executor, and the stored values of the authors' code.
//   node build/run.mjs bench/conformance.ts tfjs-wasm tfjs-cpu
//   NODE_PATH=FOLDER/node_modules node build/run.mjs bench/conformance.ts tfjs-node     (docs/decisions/0008-tfjs.md)
import { createRequire } from 'node:module';
import { ArgumentError, plainArguments } from '../build/arguments.ts';
import { executorOf } from '../engine/executors/devices.ts';
import { openDevice } from '../engine/executors/open-device.ts';
import { CASES } from '../engine/executors/testing/cases.ts';
import { moduleWithGradients } from '../engine/executors/testing/check-gradient.ts';
import { RandomStream } from '../engine/random/philox.ts';
import { runSelftest } from '../engine/selftest/selftest.ts';
import { appendRows } from './append-rows.ts';

/**
 * As in the conformance suite: largest difference over 1 +
 * value|.
 */
const LIMIT = 2e-5;
const SEEDS = 5;

/** The number of compared values, and the largest error relative to its limit. */
interface Finding {
  readonly what: string;
  readonly checks: number;
  readonly worst: number;
}

async function checkOps(device: string): Promise<Finding> {
  const { executor, id } = await openDevice(device);
  let checks = 0;
  let worst = 0;
  for (const [index, draw] of Object.values(CASES).entries())
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = new RandomStream(seed, 'test', index);
      const { module, values } = moduleWithGradients(draw(random), random);
      const truth = await (await executorOf('reference').compile(module)).run('main', values);
      const program = await executor.compile(module, { device: id });
      for (const [name, { data }] of await program.run('main', values)) {
        const found = data as Float32Array;
        (truth.get(name)!.data as Float32Array).forEach((right, i) => {
          worst = Math.max(worst, Math.abs(found[i]! - right) / (1 + Math.abs(right)) / LIMIT);
        });
        checks++;
      }
      await program.dispose();
    }
  return { what: 'values and gradients of all ops', checks, worst };
}

async function checkStoredValues(device: string): Promise<Finding> {
  const { checks, worst } = await runSelftest({ device, onCheck: () => {} });
  return { what: 'stored reference values', checks, worst };
}

/** The native packages of TensorFlow.js, by the kind of device. */
const NATIVE: Readonly<Record<string, string>> = {
  'tfjs-node': '@tensorflow/tfjs-node',
  'tfjs-gpu': '@tensorflow/tfjs-node-gpu',
};

/**
 * @param device a device on which this process has computed, since the executor prepares the native
 *   packages
 */
function libraryOf(device: string): string {
  const require = createRequire(import.meta.url);
  const kind = device.split(':')[0]!;
  const native = NATIVE[kind];
  if (native === undefined) {
    const { version_core } = require('@tensorflow/tfjs-core');
    return `TensorFlow.js ${version_core} ${kind.replace('tfjs-', '')}`;
  }
  const tf = require(native);
  return `tfjs-node ${tf.version['tfjs-node']}, libtensorflow ${tf.backend().binding.TF_Version}`;
}

export async function main(args: string[]): Promise<void> {
  const devices = plainArguments(args, args.length);
  if (devices.length === 0) throw new ArgumentError('Name devices.');
  for (const device of devices)
    for (const check of [checkOps, checkStoredValues]) {
      const { what, checks, worst } = await check(device);
      const library = libraryOf(device);
      const row = {
        device,
        library,
        node: process.version,
        what,
        checks,
        worstShareOfLimit: worst,
      };
      console.log(Object.values(row).join(', '));
      appendRows('tfjs-conformance', [row]);
    }
}
