import path from 'node:path';
import { defined } from '../../../contract/defined.ts';
import type { RequestOf } from '../../../contract/jobs/register.ts';
import type { LikeImage, MapAbout } from '../../../contract/studio/map.ts';
import { usageError } from '../../../contract/usage-error.ts';
import type { CommandCall } from '../../command.ts';
import { readDevice } from '../../device-option.ts';
import { excludedLists } from '../../excluded-lists.ts';
import { clockText, countOf, countText } from '../../format.ts';
import { jobCommand } from '../../job-command.ts';
import { table } from '../../output.ts';
import { CountProgress } from '../../progress.ts';
import { RUN_HELP, RUN_OPTIONS, workspaceOf } from '../../training.ts';
import { PNG_OPTION, pngTarget } from './png-option.ts';

const DEFAULT_K = 10;

export const command = jobCommand('map', {
  details: `With DIR it makes a map, which is kept with the run; with --like it finds the images of a map that are most similar to any other; with neither it lists the maps of the run. ${RUN_HELP}`,
  options: {
    like: { value: 'FILE', help: 'Find the images of a map that are most similar to this one.' },
    k: { value: 'K', help: `Number of most similar images (default ${DEFAULT_K}).` },
    map: { value: 'NAME', help: 'Which map of the run is searched (default the newest).' },
    out: { value: 'FILE', help: 'Also write the map to this file, as JSON.' },
    ...PNG_OPTION,
    ...RUN_OPTIONS,
  },
  examples: [
    'conmim insight map holiday photos --out map.json --png map.png',
    'conmim insight map holiday --like photos/beach.jpg --png like.png',
  ],
  async run(call, request) {
    const like = call.args.text('like');
    if (request.data !== undefined && like !== undefined)
      throw usageError('DIR and --like exclude each other: --like searches a map that was made.');
    if (request.data !== undefined) return make(call, request, request.data);
    if (request.exclude !== undefined || call.args.text('out') !== undefined)
      throw usageError('--exclude and --out are for making a map: name the images (DIR).');
    return like === undefined ? list(call, request.run) : searchLike(call, request, like);
  },
});

type Request = Omit<RequestOf<'map'>, 'kind'>;

async function make(call: CommandCall, request: Request, data: string): Promise<void> {
  const { args, out, host, parts } = call;
  const png = pngTarget(call);
  const progress = new CountProgress(out, host.now);
  const { run, network, checkpoint, layer, pooling } = request;
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
}

async function list({ args, out, host, parts }: CommandCall, run: string): Promise<void> {
  const found = await parts.mapsOfRun(workspaceOf(args, host), run);
  for (const { about, dir } of found)
    out.record({ type: 'insight', view: 'map', kept: { ...about, dir } });
  out.result(
    found.length === 0
      ? 'The run keeps no map of images. Make one: conmim insight map RUN DIR'
      : found.map(({ about }) => aboutText(about)).join('\n'),
  );
}

function aboutText({ name, sampled, images, folder, step, builtAt }: MapAbout): string {
  return `${name}: ${countOf(sampled, 'image')} of ${countText(images)} in ${folder}, after step ${countText(step)}, made ${builtAt}`;
}

async function searchLike(call: CommandCall, { run, device }: Request, given: string) {
  const { args, out, host, parts } = call;
  const png = pngTarget(call);
  const found = await parts.likeImage({
    workspace: workspaceOf(args, host),
    ...{ run, name: args.text('map'), png },
    file: path.resolve(host.cwd, given),
    k: args.integer('k') ?? DEFAULT_K,
    device: await readDevice(call, device),
  });
  out.record({ type: 'insight', view: 'map', like: found, ...defined({ png }) });
  out.result(likeText(found));
  if (png !== undefined) out.result(`Drawn: ${png}`);
}

function likeText({ map, image, neighbours }: LikeImage): string {
  const rows = neighbours.map(({ distance, path: file }) => [distance.toFixed(4), file]);
  return [
    `Most similar to ${image.path}, on the map ${map}`,
    table([['DISTANCE', 'IMAGE'], ...rows], '  '),
  ].join('\n');
}
