import path from 'node:path';
import { imageSides } from '../../contract/recipe.ts';
import { type Command, usageError } from '../command.ts';
import { readDevice } from '../device-option.ts';
import { bytesText, percentText } from '../format.ts';

/** Batch that fits into the memory of most machines at 224 px. */
const LARGE_IMAGE_BATCH = 8;

export const command: Command = {
  name: 'bench',
  summary: 'How fast is this machine? Times a training step, or reading images.',
  positionals: ['step|data'],
  options: {
    recipe: { type: 'string', value: 'NAME|FILE', help: 'step: what to time (default small).' },
    batch: {
      type: 'string',
      value: 'N',
      help: 'step: images per step (default the recipe’s, at most 8 if over 64 px).',
    },
    device: { type: 'string', value: 'D', help: 'step: auto (default), cpu, …' },
    data: { type: 'string', value: 'DIR', help: 'data: the folder to read.' },
    'image-size': { type: 'string', value: 'N', help: 'data: side of the crops (default 224).' },
    workers: { type: 'string', value: 'N', help: 'data: threads (default one).' },
  },
  examples: ['conmim bench step --recipe small --batch 8', 'conmim bench data --data ~/pictures'],
  async run(call) {
    const { args, out, host, parts } = call;
    const what = args.positionals[0]!;
    if (what === 'step') {
      const { loadRecipe } = await import('../../recipes/load.ts');
      const batch = args.integer('batch');
      const reference = args.text('recipe') ?? 'small';
      const { recipe: usual } = loadRecipe(reference, {}, host.cwd);
      const fits = Math.max(...imageSides(usual)) > 64 ? LARGE_IMAGE_BATCH : usual.batch_size;
      const overrides = { batch_size: batch ?? Math.min(fits, usual.batch_size) };
      const { name, recipe } = loadRecipe(reference, overrides, host.cwd);
      const device = await readDevice(call);
      const found = await parts.benchStep({ recipe, name, device });
      out.record({ type: 'bench', ...found });
      out.result(
        `${name}, batch ${found.batch}, ${found.device}: ${found.stepMs.toFixed(0)} ms a step, ${((found.batch * 1000) / found.stepMs).toFixed(1)} images/s`,
      );
      out.result(
        `${found.gflops.toFixed(0)} effective GFLOP/s, ${percentText(found.share, 0)} of the ${found.matmulGflops.toFixed(0)} of a plain 2048³ matrix product`,
      );
      out.result(
        `${(found.compileMs / 1000).toFixed(1)} s to compile, ${bytesText(found.peakBytes)} of memory at most`,
      );
      return;
    }
    if (what !== 'data') throw usageError(`"${what}" is no bench; there are step and data.`);
    const data = path.resolve(host.cwd, args.need('data', 'DIR'));
    const size = args.integer('image-size', 8) ?? 224;
    const workers = args.integer('workers') ?? 1;
    const found = await parts.benchData({ data, imageSize: size, workers });
    out.record({ type: 'bench', ...found });
    out.result(
      `${found.imagesPerSecond.toFixed(0)} images/s with ${workers} worker${workers === 1 ? '' : 's'}, ${found.imagesPerSecondPerCore.toFixed(0)} per core`,
    );
  },
};
