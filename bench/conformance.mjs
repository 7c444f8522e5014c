// Holds devices against the truth and appends what was found to bench/results/tfjs-conformance.csv: every
// op and its gradient against the reference executor, and the stored values of the authors' code.
//   node bench/conformance.mjs tfjs-wasm tfjs-cpu
//   NODE_PATH=FOLDER/node_modules node bench/conformance.mjs tfjs-node     (docs/decisions/0008-tfjs.md)
import { compile } from '../build/compile.mjs';
import { appendRows } from './append-rows.mjs';

compile();
const engine = (file) => import(`../out/engine/${file}`);
const { CASES } = await engine('executors/conformance/cases.js');
const { moduleWithGradients } = await engine('executors/conformance/check-gradient.js');
const { openDevice } = await engine('executors/open-device.js');
const { referenceExecutor } = await engine('executors/reference/reference.js');
const { openTensorFlow } = await engine('executors/tfjs/tensorflow.js');
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
      const truth = await (await referenceExecutor.compile(module)).run('main', values);
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

async function libraryOf(device) {
  const { tf, backend } = await openTensorFlow(device);
  if (backend !== 'tensorflow') return `TensorFlow.js ${tf.version_core} ${backend}`;
  return `tfjs-node ${tf.version['tfjs-node']}, libtensorflow ${tf.backend().binding.TF_Version}`;
}

for (const device of process.argv.slice(2)) {
  const library = await libraryOf(device);
  for (const check of [checkOps, checkStoredValues]) {
    const { what, checks, worst } = await check(device);
    const row = { device, library, node: process.version, what, checks, worstShareOfLimit: worst };
    console.log(Object.values(row).join(', '));
    appendRows('tfjs-conformance', [row]);
  }
}
