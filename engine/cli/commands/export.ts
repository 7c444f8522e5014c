import path from 'node:path';
import { type Command, usageError } from '../command.ts';
import { bytesText } from '../format.ts';
import { RUN_HELP, RUN_OPTIONS, workspaceOf } from '../training.ts';

export const command: Command = {
  name: 'export',
  summary: `Take a network's weights away. ${RUN_HELP}`,
  positionals: ['RUN'],
  options: {
    format: { type: 'string', value: 'safetensors', help: 'The file format.' },
    network: { type: 'string', value: 'teacher|student', help: 'Which one (default teacher).' },
    checkpoint: { type: 'string', value: 'STEP', help: 'Which checkpoint (default the newest).' },
    out: { type: 'string', value: 'FILE', help: 'Where to write.' },
    ...RUN_OPTIONS,
  },
  examples: ['conmim export workspace/runs/ID --format safetensors --out weights.safetensors'],
  async run({ args, out, host, parts }) {
    args.need('format', 'safetensors');
    args.choice('format', ['safetensors']);
    const network = args.choice('network', ['teacher', 'student']) ?? 'teacher';
    const step = args.integer('checkpoint', 0);
    const file = path.resolve(host.cwd, args.need('out', 'FILE'));
    if (file.endsWith(path.sep)) throw usageError('--out must name a file.');
    const written = await parts.exportNetwork({
      workspace: workspaceOf(args, host),
      run: args.positionals[0]!,
      network,
      ...(step === undefined ? {} : { step }),
      out: file,
    });
    out.record({ type: 'export', ...written, network });
    out.result(
      `The ${network} after ${written.step} steps: ${written.tensors} tensors, ${bytesText(written.bytes)}, written, read back and compared: ${written.path}`,
    );
  },
};
