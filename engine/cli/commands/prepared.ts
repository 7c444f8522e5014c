import type { Command } from '../command.ts';
import { bytesText, countOf } from '../format.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

export const command: Command = {
  name: 'prepared',
  positionals: [],
  options: {
    remove: { value: 'NAME', help: 'Remove the prepared images of this name.' },
    workspace: RUN_OPTIONS.workspace,
  },
  examples: ['conmim prepared', 'conmim prepared --remove 4f2a10c6b1d2e3f4'],
  async run({ args, out, host, parts }) {
    const workspace = workspaceOf(args, host);
    const name = args.text('remove');
    if (name !== undefined) {
      const { bytes } = await parts.removePrepared(workspace, name);
      out.record({ type: 'removed', name, bytes });
      out.result(`Removed ${name}: ${bytesText(bytes)} are free again.`);
      return;
    }
    const sets = await parts.listPrepared(workspace);
    for (const { name: id, folders, images, bytes, shards, settings } of sets) {
      out.record({ type: 'prepared', name: id, folders, images, bytes, shards, settings });
      const [height, width] = settings.imageSize;
      out.result(
        `${id}  ${countOf(images, 'image')}, ${bytesText(bytes)}, for ${width} x ${height} pixels: ${folders.join(', ')}`,
      );
    }
    if (sets.length === 0) out.result('No images are prepared. See: conmim prepare --help');
  },
};
