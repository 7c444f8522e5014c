import path from 'node:path';
import { defined } from '../../../contract/defined.ts';
import { readDevice } from '../../device-option.ts';
import { excludedLists } from '../../excluded-lists.ts';
import { clockText, countOf, countText } from '../../format.ts';
import { jobCommand } from '../../job-command.ts';
import { CountProgress } from '../../progress.ts';
import { RUN_HELP, RUN_OPTIONS, workspaceOf } from '../../training.ts';
import { PNG_OPTION, pngTarget } from './png-option.ts';

export const command = jobCommand('map', {
  details: `The map is kept with the run. ${RUN_HELP}`,
  options: {
    out: { value: 'FILE', help: 'Also write the map to this file, as JSON.' },
    ...PNG_OPTION,
    ...RUN_OPTIONS,
  },
  examples: ['conmim insight map holiday photos --out map.json --png map.png'],
  async run(call, request) {
    const { args, out, host, parts } = call;
    const png = pngTarget(call);
    const progress = new CountProgress(out, host.now);
    const { run, data, network, checkpoint, layer, pooling } = request;
    const { count, neighbours, clusters, seed } = request;
    const target = args.text('out');
    const { map, dir, notes, leftOut } = await parts
      .buildMap({
        workspace: workspaceOf(args, host),
        folder: path.resolve(host.cwd, data),
        ...excludedLists(call, request.exclude),
        ...{ run, network, step: checkpoint, layer, pooling },
        ...{ count, neighbours, clusters, seed },
        device: await readDevice(call, request.device),
        ...(target === undefined ? {} : { out: path.resolve(host.cwd, target) }),
        onProgress: ({ text, ...at }) =>
          progress.show(
            text === 'images'
              ? `Reading: ${at.done} of ${countOf(at.total, 'image')}`
              : `Laying out: ${at.done} of ${countOf(at.total, 'epoch')}`,
            at,
          ),
      })
      .finally(() => progress.finish());
    if (png !== undefined) await parts.drawMap(map, png);
    for (const message of notes) out.note(`Note: ${message}`);
    const { points: _, folders: __, ...about } = map;
    const files = defined({ out: target && path.resolve(host.cwd, target), png });
    out.record({ type: 'insight', view: 'map', ...about, dir, leftOutImages: leftOut, ...files });
    const { trustworthiness: trust } = map;
    out.result(
      [
        `${countOf(map.sampled, 'image')} of ${countText(map.images)} in ${countOf(map.clusters, 'cluster')}, laid out in ${clockText(map.seconds)}.`,
        `Trustworthiness ${trust.value.toFixed(4)} (${trust.k} neighbours, ${countOf(trust.images, 'image')}).`,
        ...[path.join(dir, 'map.json'), ...Object.values(files)],
      ].join('\n'),
    );
  },
});
