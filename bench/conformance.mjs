// Holds devices against the truth and appends what was found to bench/results/tfjs-conformance.csv: every
// op and its gradient against the reference executor, and the stored values of the authors' code.
//   node bench/conformance.mjs tfjs-wasm tfjs-cpu
//   NODE_PATH=FOLDER/node_modules node bench/conformance.mjs tfjs-node     (docs/decisions/0008-tfjs.md)
import { appendFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '../build/compile.mjs';

compile();
const engine = (file) => import(`../out/engine/${file}`);
const { gradients } = await engine('autodiff/gradients.js');
const { CASES } = await engine('executors/conformance/cases.js');
const { moduleOf, weightedLoss } = await engine('executors/conformance/check-gradient.js');
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
      const { loss, value, feeds, values } = weightedLoss(CASES[op](random), random);
      const slopes = gradients(loss, feeds).map((node, i) => [`g${i}`, node]);
      const module = moduleOf({ value, loss, ...Object.fromEntries(slopes) });
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

const file = path.join(
  path.dirname(fileURLToPath(import.meta.url)),
  'results',
  'tfjs-conformance.csv',
);
const COLUMNS = ['date', 'device', 'library', 'node', 'what', 'checks', 'worstShareOfLimit'];
if (!existsSync(file)) appendFileSync(file, `${COLUMNS.join(',')}\n`);
for (const device of process.argv.slice(2)) {
  const library = await libraryOf(device);
  for (const check of [checkOps, checkStoredValues]) {
    const { what, checks, worst } = await check(device);
    const date = new Date().toISOString().slice(0, 10);
    const row = [date, device, `"${library}"`, process.version, what, checks, worst.toPrecision(3)];
    process.stdout.write(`${row.join(', ')}\n`);
    appendFileSync(file, `${row.join(',')}\n`);
  }
}
