import path from 'node:path';
import { DEVICE } from '../../../contract/jobs/common-fields.ts';
import { optionRules } from '../../../contract/jobs/fields.ts';
import { readInteger } from '../../../contract/jobs/read-value.ts';
import { usageError } from '../../../contract/usage-error.ts';
import type { AttentionNetwork } from '../../../downstream/attention.ts';
import type { AttentionView } from '../../../downstream/attention-figures.ts';
import type { Arguments, Command } from '../../command.ts';
import { readDevice } from '../../device-option.ts';
import { countOf } from '../../format.ts';
import { modelReference } from '../../labelled-options.ts';
import { CountProgress } from '../../progress.ts';
import { RUN_OPTIONS, workspaceOf } from '../../training.ts';

/** Images of a folder that are shown by default. */
const COUNT = 8;
const COVER = 0.6;

export const command: Command = {
  name: 'insight attention',
  details:
    'Shows which patches the class token attends to, in pictures and arrays. Without IMAGES some of the images that the network was trained on are taken; of a folder or a list as well. Several --checkpoint and --beside are columns of one figure.',
  positionals: ['RUN|FILE|DIR', '[IMAGES]…'],
  options: {
    out: { value: 'DIR', help: 'Where to write.' },
    png: { help: 'Write pictures (default, unless --npy is given).' },
    npy: {
      help: 'Write all blocks and heads as NumPy arrays, with the pixels that the network was given.',
    },
    block: { value: 'N|last|all', help: 'Of which block, from 1 (default last).' },
    head: { value: 'N|mean|all', help: 'Of which head, from 1 (default mean).' },
    rollout: { help: 'Attention rollout through the blocks up to that one, instead of heads.' },
    network: {
      value: 'teacher|student',
      help: 'Which network of a pre-training run (default teacher).',
    },
    checkpoint: {
      value: 'STEP',
      multiple: true,
      help: 'A checkpoint of the run (default the newest, or the best). May be repeated.',
    },
    beside: {
      value: 'RUN|FILE|DIR|untrained',
      multiple: true,
      help: 'A further network, or the same one before training. May be repeated.',
    },
    count: { value: 'N', help: `Images that are taken of a folder (default ${COUNT}).` },
    ...optionRules({ device: DEVICE }),
    ...RUN_OPTIONS,
  },
  examples: [
    'conmim insight attention RUN --beside untrained --out attention',
    'conmim insight attention RUN photos/cat.jpg --block all --head all --out attention',
    'conmim insight attention RUN photos --checkpoint 100 --checkpoint 800 --npy --out attention',
  ],
  async run(call) {
    const { args, out, host, parts } = call;
    const [reference, ...images] = args.positionals;
    const folder = path.resolve(host.cwd, args.need('out', 'DIR'));
    const view = viewOf(args);
    const npy = args.flag('npy');
    const png = args.flag('png') || !npy;
    const networks = networksOf(reference!, args);
    const count = args.integer('count') ?? COUNT;
    const device = await readDevice(call, args.text('device') ?? DEVICE.absent!.value!);
    const progress = new CountProgress(out, host.now);
    const found = await parts
      .attention({
        workspace: workspaceOf(args, host),
        networks,
        images: images.map((one) => path.resolve(host.cwd, one)),
        count,
        device,
        onProgress: (at) => progress.show(`${at.done} of ${countOf(at.total, 'map')}`, at),
      })
      .finally(() => progress.finish());
    for (const message of found.notes) out.note(`Note: ${message}`);
    const files = await parts.writeAttention(found, { ...view, folder, png, npy });
    out.record({
      type: 'insight',
      view: 'attention',
      images: found.images,
      networks: found.networks.map(({ label, origin, step, untrained, maps }) => {
        const { blocks, heads, rows, cols } = maps;
        return {
          label,
          origin,
          ...(step === undefined ? {} : { step }),
          untrained,
          blocks,
          heads,
          rows,
          cols,
        };
      }),
      leftOut: found.leftOut,
      files,
    });
    out.result(
      `Attention of ${countOf(found.networks.length, 'network')} on ${countOf(found.images.length, 'image')}: ${files.length === 2 ? files[1] : folder}`,
    );
  },
};

/** The network with each checkpoint, then those beside it. */
function networksOf(reference: string, args: Arguments): AttentionNetwork[] {
  const network = args.choice('network', ['teacher', 'student']);
  const steps = args.texts('checkpoint').map((text) => readInteger(text, '--checkpoint', 0));
  const checkpoints = steps.length === 0 ? [undefined] : steps;
  const own = checkpoints.map((checkpoint) => modelReference(reference, { network, checkpoint }));
  const beside = args.texts('beside').map((other): AttentionNetwork => {
    if (other === '') throw usageError('--beside is empty.');
    return other === 'untrained'
      ? { ...own[0]!, untrained: true }
      : modelReference(other, { network: undefined, checkpoint: undefined });
  });
  return [...own, ...beside];
}

function viewOf(args: Arguments): AttentionView {
  const block = args.text('block') ?? 'last';
  const head = args.text('head') ?? 'mean';
  const isRollout = args.flag('rollout');
  if (isRollout && args.text('head') !== undefined)
    throw usageError('--rollout is of all heads together, so it excludes --head.');
  return {
    block: block === 'last' || block === 'all' ? block : readInteger(block, '--block', 1),
    head: isRollout
      ? 'rollout'
      : head === 'mean' || head === 'all'
        ? head
        : readInteger(head, '--head', 1),
    cover: COVER,
  };
}
