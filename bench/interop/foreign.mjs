// Imports the networks that foreign.py made and holds their answers against those of the libraries that
// made them. A row of bench/results/interop.csv each; exits with 1 when one is refused or differs.
//   node bench/interop/foreign.mjs DIR
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compile } from '../../build/compile.mjs';

compile();
const engine = '../../out/engine';
const { readSafetensors } = await import(`${engine}/formats/safetensors.js`);
const { runNetwork } = await import(`${engine}/models/export/forward.js`);
const { importModel } = await import(`${engine}/models/import/import-model.js`);
const { openModel } = await import(`${engine}/models/open-model.js`);

const RESULTS = new URL('../results/interop.csv', import.meta.url);
const TOLERANCE = 1e-4;
const root = path.resolve(process.argv[2]);
const date = new Date().toISOString().slice(0, 10);

for (const name of readdirSync(root).sort()) {
  const about = JSON.parse(readFileSync(path.join(root, name, 'case.json'), 'utf8'));
  try {
    const imported = path.join(root, name, 'imported');
    // What files alone cannot tell of networks this small.
    const given = { heads: 3, imageSize: about.size };
    const { report } = await importModel(path.join(root, name, 'weights'), imported, { given });
    const { model } = await openModel(imported, { workspace: root });
    for (const [what, found] of Object.entries({ ...model, classes: model.head?.classes ?? [] }))
      if (about[what] !== undefined && about[what].join() !== found.join())
        throw new Error(`${what} is ${found} instead of ${about[what]}`);
    const { tensors } = await readSafetensors(path.join(root, name, 'answers.safetensors'));
    const { data, shape } = tensors.get('images');
    const found = await runNetwork(model, data, shape[0]);
    for (const output of about.outputs) {
      const expected = tensors.get(output);
      const row = compare(expected, found.get(output));
      const agreement = output === 'logits' ? row.agreement.toFixed(4) : '';
      const [far, scale] = [row.far.toExponential(2), row.scale.toPrecision(3)];
      const line = `${date},import: ${name},${about.program},${output},${shape[0]},${far},${scale},${agreement},`;
      appendFileSync(RESULTS, `${line}\n`);
      process.stdout.write(
        `${line}\n  ${report.matched.length} matched, ${report.ignored.length} ignored, ${report.unexpected.length} unexpected; ${report.notes.join(' ')}\n`,
      );
      if (!(row.far <= TOLERANCE * Math.max(1, row.scale))) process.exitCode = 1;
    }
  } catch (error) {
    process.exitCode = 1;
    process.stdout.write(`${name}: ${error.stack}\n`);
  }
}

function compare(expected, found) {
  if (found.shape.join() !== expected.shape.join())
    throw new Error(`${found.shape} instead of ${expected.shape}`);
  const [a, b] = [found.data, expected.data];
  let [far, scale] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const apart = Math.abs(a[i] - b[i]);
    far = Number.isNaN(apart) ? Number.NaN : Math.max(far, apart);
    scale = Math.max(scale, Math.abs(b[i]));
  }
  const width = expected.shape.at(-1);
  const best = (data, row) => {
    const scores = data.subarray(row * width, (row + 1) * width);
    return scores.indexOf(Math.max(...scores));
  };
  const rows = a.length / width;
  let same = 0;
  for (let row = 0; row < rows; row++) same += best(a, row) === best(b, row) ? 1 : 0;
  return { far, scale, agreement: same / rows };
}
