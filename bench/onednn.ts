// What a pre-training step is on oneDNN: calls by kind, their implementations and their time.
//   CONMIM_ONEDNN=FOLDER node build/run.mjs bench/onednn.ts [--recipe small] [--set batch_size=8] [--steps 3]
import { parseArgs } from 'node:util';
import type { SettingValues } from '../engine/contract/settings/setting.ts';
import { profileOnednn } from '../engine/executors/onednn-profile.ts';
import { randomBatch } from '../engine/measure/random-batch.ts';
import { loadRecipe } from '../engine/recipes/load.ts';
import { initialNetworks, pretrainModule } from '../engine/tasks/pretrain/pretrain-learner.ts';

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      recipe: { type: 'string', default: 'small' },
      set: { type: 'string', multiple: true, default: [] },
      steps: { type: 'string', default: '3' },
      threads: { type: 'string', default: '2' },
    },
  });
  const settings: SettingValues = Object.fromEntries(
    values.set.map((text) => {
      const [key, value] = text.split('=') as [string, string];
      return [key, JSON.parse(value)];
    }),
  );
  const { recipe } = loadRecipe(values.recipe, settings);
  const { student, teacher, mask } = randomBatch(recipe);
  const feeds = { studentImages: student, teacherImages: teacher, mask: Float32Array.from(mask) };
  const lines = await profileOnednn(pretrainModule(recipe), 'gradients', {
    feeds,
    state: initialNetworks(recipe),
    steps: Number(values.steps),
    threads: Number(values.threads),
  });
  process.stdout.write(`${lines.join('\n')}\n`);
}
