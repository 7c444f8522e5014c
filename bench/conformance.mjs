// Holds devices against the truth and appends what was found to bench/results/tfjs-conformance.csv: every
// op and its gradient against the reference executor, and the stored values of the authors' code.
//   node bench/conformance.mjs tfjs-wasm tfjs-cpu
//   NODE_PATH=FOLDER/node_modules node bench/conformance.mjs tfjs-node     (docs/decisions/0008-tfjs.md)
import { createRequire } from 'node:module';
import { compile } from '../build/compile.mjs';
import { appendRows } from './append-rows.mjs';

compile();
const engine = (file) => import(`../out/engine/${file}`);
const { CASES } = await engine('executors/conformance/cases.js');
const { moduleWithGradients } = await engine('executors/conformance/check-gradient.js');
const { openDevice } = await engine('executors/open-device.js');
const { executorOf } = await engine('executors/devices.js');
const { RandomStream } = await engine('random/philox.js');
const { runSelftest } = await engine('selftest/selftest.js');

/** As in the conformance suite: largest difference over 1 + |value|. */
const LIMIT = 2e-5;
const SEEDS = 5;

async function checkOps(device) {
  const { executor, id } = await openDevice(device);
  let checks = 0;
  let worst = 0;
  for (const [index, op] of Object.keys(CASES).entries())
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = new RandomStream(seed, 'test', index);
      const { module, values } = moduleWithGradients(CASES[op](random), random);
      const truth = await (await executorOf('reference').compile(module)).run('main', values);
      const program = await executor.compile(module, { device: id });
      for (const [name, { data }] of await program.run('main', values)) {
        const want = truth.get(name).data;
        want.forEach((right, i) => {
          worst = Math.max(worst, Math.abs(data[i] - right) / (1 + Math.abs(right)) / LIMIT);
        });
        checks++;
      }
      await program.dispose();
    }
  return { what: 'values and gradients of all ops', checks, worst };
}

async function checkStoredValues(device) {
  const { checks, worst } = await runSelftest({ device, onCheck: () => {} });
  return { what: 'stored reference values', checks, worst };
}

/** The native packages of TensorFlow.js, by the kind of device. */
const NATIVE = { 'tfjs-node': '@tensorflow/tfjs-node', 'tfjs-gpu': '@tensorflow/tfjs-node-gpu' };

/** @param device which this process has computed on: the executor prepares the native packages */
function libraryOf(device) {
  const require = createRequire(import.meta.url);
  const [kind] = device.split(':');
  if (!NATIVE[kind]) {
    const { version_core } = require('@tensorflow/tfjs-core');
    return `TensorFlow.js ${version_core} ${kind.replace('tfjs-', '')}`;
  }
  const tf = require(NATIVE[kind]);
  return `tfjs-node ${tf.version['tfjs-node']}, libtensorflow ${tf.backend().binding.TF_Version}`;
}

for (const device of process.argv.slice(2)) {
  for (const check of [checkOps, checkStoredValues]) {
    const { what, checks, worst } = await check(device);
    const library = libraryOf(device);
    const row = { device, library, node: process.version, what, checks, worstShareOfLimit: worst };
    console.log(Object.values(row).join(', '));
    appendRows('tfjs-conformance', [row]);
  }
}
