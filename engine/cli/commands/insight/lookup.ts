import path from 'node:path';
import type { RequestOf } from '../../../contract/jobs/register.ts';
import type { LookupAbout, LookupResult } from '../../../contract/studio/lookup.ts';
import { usageError } from '../../../contract/usage-error.ts';
import type { CommandCall } from '../../command.ts';
import { readDevice } from '../../device-option.ts';
import { excludedLists } from '../../excluded-lists.ts';
import { bytesText, clockText, countOf, countText, percentText } from '../../format.ts';
import { jobCommand } from '../../job-command.ts';
import { table } from '../../output.ts';
import { CountProgress } from '../../progress.ts';
import { RUN_HELP, RUN_OPTIONS, workspaceOf } from '../../training.ts';
import { PNG_OPTION, pngTarget } from './png-option.ts';

const DEFAULT_K = 10;

export const command = jobCommand('lookup', {
  details: `With --build it builds an index; with --image it looks a patch up; with neither it lists the indexes of the run. ${RUN_HELP}`,
  options: {
    image: { value: 'FILE', help: 'Look up a patch of this image, of the data set or any other.' },
    patch: { value: 'ROW,COL', help: 'Which patch, counted from 0, from the top left.' },
    k: { value: 'K', help: `Number of nearest patches (default ${DEFAULT_K}).` },
    index: { value: 'NAME', help: 'Which index of the run (default the newest).' },
    probes: {
      value: 'N',
      help: 'Cells that are searched (default as measured when it was built).',
    },
    ...PNG_OPTION,
    ...RUN_OPTIONS,
  },
  examples: [
    'conmim insight lookup holiday --build photos',
    'conmim insight lookup holiday --image photos/beach.jpg --patch 3,5 --png patch.png',
  ],
  async run(call, request) {
    const { args } = call;
    const image = args.text('image');
    if (request.build !== undefined && image !== undefined)
      throw usageError('--build and --image exclude each other.');
    if (request.build === undefined && request.exclude !== undefined)
      throw usageError(
        '--exclude needs --build: an index is without the images that it was built without.',
      );
    if (request.build !== undefined) return build(call, request, request.build);
    return image === undefined ? list(call, request.run) : lookUp(call, request, image);
  },
});

type Request = Omit<RequestOf<'lookup'>, 'kind'>;

async function build(call: CommandCall, request: Request, folder: string): Promise<void> {
  const { args, out, host, parts } = call;
  const progress = new CountProgress(out, host.now);
  const { run, network, checkpoint: step, layer, words } = request;
  const { about, dir, notes, leftOut } = await parts
    .buildLookup({
      workspace: workspaceOf(args, host),
      folder: path.resolve(host.cwd, folder),
      ...excludedLists(call, request.exclude),
      ...{ run, network, step, layer, words },
      device: await readDevice(call, request.device),
      onProgress: ({ text, ...at }) =>
        progress.show(
          text === 'images'
            ? `Reading: ${at.done} of ${countOf(at.total, 'image')}`
            : `Grouping: ${countText(at.done)} of ${countOf(at.total, 'patch', 'patches')}`,
          at,
        ),
    })
    .finally(() => progress.finish());
  for (const message of notes) out.note(`Note: ${message}`);
  out.record({ type: 'insight', view: 'lookup', built: { ...about, dir, leftOutImages: leftOut } });
  out.result(`${aboutText(about)}\n${dir}`);
}

function aboutText(about: LookupAbout): string {
  const { name, patches, images, folder, cells, probes, recall, bytes, seconds } = about;
  return [
    `${name}: ${countOf(patches, 'patch', 'patches')} of ${countOf(images, 'image')} in ${folder}`,
    `  ${bytesText(bytes)}, built in ${clockText(seconds)}. A search reads ${probes} of ${countOf(cells, 'cell')} and finds ${percentText(recall.value)} of the ${recall.k} nearest patches (${countOf(recall.queries, 'query', 'queries')}, against all in float32).`,
  ].join('\n');
}

async function list({ args, out, host, parts }: CommandCall, run: string): Promise<void> {
  const found = await parts.lookupsOfRun(workspaceOf(args, host), run);
  for (const { about, dir } of found)
    out.record({ type: 'insight', view: 'lookup', kept: { ...about, dir } });
  out.result(
    found.length === 0
      ? 'The run keeps no index of patches. Build one with --build DIR.'
      : found.map(({ about }) => aboutText(about)).join('\n'),
  );
}

async function lookUp(call: CommandCall, { run }: Request, image: string): Promise<void> {
  const { args, out, host, parts } = call;
  const png = pngTarget(call);
  const [row, col] = readPatch(args.need('patch', 'ROW,COL'));
  const probes = args.integer('probes');
  const name = args.text('index');
  const lookup = await parts.openLookup({
    workspace: workspaceOf(args, host),
    ...{ run, name },
  });
  try {
    const result = await lookup.find({
      image: path.resolve(host.cwd, image),
      ...{ row, col, probes },
      k: args.integer('k') ?? DEFAULT_K,
      scores: true,
    });
    if (png !== undefined) await parts.drawLookup(png, lookup, result);
    out.record({
      ...{ type: 'insight', view: 'lookup', ...result },
      ...(png === undefined ? {} : { png }),
    });
    out.result(resultText(result, lookup.about));
    if (png !== undefined) out.result(`Drawn: ${png}`);
  } finally {
    await lookup.close();
  }
}

function readPatch(given: string): [row: number, col: number] {
  const found = /^(\d{1,4}),(\d{1,4})$/.exec(given.trim());
  if (found !== null) return [Number(found[1]), Number(found[2])];
  throw usageError(`--patch is "${given}"; it must be ROW,COL, such as 3,5.`);
}

function resultText(result: LookupResult, { cols }: LookupAbout): string {
  const { query, neighbours, scores, compared } = result;
  const rows = neighbours.map((near) => [
    near.similarity.toFixed(4),
    `${near.row},${near.col}`,
    near.path,
  ]);
  const lines = [
    `Nearest patches to ${query.row},${query.col} of ${query.path}, among ${countText(compared)} that were compared`,
    table([['SIMILARITY', 'PATCH', 'IMAGE'], ...rows], '  '),
  ];
  if (scores !== undefined) {
    const own = scores.probabilities[query.row * cols + query.col]!;
    const [row, col] = [Math.floor(scores.taken / cols), scores.taken % cols];
    lines.push(
      row === query.row && col === query.col
        ? `Within the image, the student finds it with a probability of ${percentText(own)}.`
        : `Within the image, the student takes ${row},${col} for it (${percentText(scores.probabilities[scores.taken]!)}; its own has ${percentText(own)}).`,
    );
  }
  return lines.join('\n');
}
