// Imports the networks that foreign.py made and holds their answers against those of the libraries that
// made them. A row of bench/results/interop.csv each; exits with 1 when one is refused or differs.
//   node build/run.mjs bench/interop/foreign.ts DIR
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { plainArguments } from '../../build/arguments.ts';
import { ROOT } from '../../build/root.ts';
import { readSafetensors } from '../../engine/formats/safetensors.ts';
import { runNetwork } from '../../engine/models/export/forward.ts';
import { importModel } from '../../engine/models/import/import-model.ts';
import { openModel } from '../../engine/models/open-model.ts';
import type { HostTensor } from '../../engine/tensor/host-tensor.ts';

const RESULTS = path.join(ROOT, 'bench', 'results', 'interop.csv');
const TOLERANCE = 1e-4;

/** The description of a network by foreign.py. */
interface Case {
  readonly program: string;
  readonly size: readonly [height: number, width: number];
  readonly outputs: readonly string[];
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly classes?: readonly string[];
}

export async function main(args: string[]): Promise<void> {
  const [folder = '.'] = plainArguments(args, 1);
  const root = path.resolve(folder);
  const date = new Date().toISOString().slice(0, 10);

  for (const name of readdirSync(root).sort()) {
    const about: Case = JSON.parse(readFileSync(path.join(root, name, 'case.json'), 'utf8'));
    try {
      const imported = path.join(root, name, 'imported');
      // Files of networks this small do not determine these values.
      const given = { heads: 3, imageSize: about.size };
      const { report } = await importModel(path.join(root, name, 'weights'), imported, { given });
      const { model } = await openModel(imported, { workspace: root });
      const got = { mean: model.mean, std: model.std, classes: model.head?.classes ?? [] };
      for (const what of ['mean', 'std', 'classes'] as const)
        if (about[what] !== undefined && about[what].join() !== got[what].join())
          throw new Error(`${what} is ${got[what]} instead of ${about[what]}`);
      const { tensors } = await readSafetensors(path.join(root, name, 'answers.safetensors'));
      const { data, shape } = tensors.get('images')!;
      const found = await runNetwork(model, data as Float32Array, shape[0]!);
      for (const output of about.outputs) {
        const row = compare(tensors.get(output)!, found.get(output)!);
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
      process.stdout.write(`${name}: ${(error as Error).stack}\n`);
    }
  }
}

function compare(expected: HostTensor, found: HostTensor) {
  if (found.shape.join() !== expected.shape.join())
    throw new Error(`${found.shape} instead of ${expected.shape}`);
  const [a, b] = [found.data, expected.data] as [Float32Array, Float32Array];
  let [far, scale] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const apart = Math.abs(a[i]! - b[i]!);
    far = Number.isNaN(apart) ? Number.NaN : Math.max(far, apart);
    scale = Math.max(scale, Math.abs(b[i]!));
  }
  const width = expected.shape.at(-1)!;
  const best = (data: Float32Array, row: number) => {
    const scores = data.subarray(row * width, (row + 1) * width);
    return scores.indexOf(Math.max(...scores));
  };
  const rows = a.length / width;
  let same = 0;
  for (let row = 0; row < rows; row++) same += best(a, row) === best(b, row) ? 1 : 0;
  return { far, scale, agreement: same / rows };
}
