import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import { EXCLUDE } from '../../contract/jobs/common-fields.ts';
import { STACK_CHANNELS } from '../../contract/settings/stack-channels.ts';
import {
  readTiling,
  TILING_ALLOWED,
  type Tiling,
  tilingText,
} from '../../contract/settings/tiling.ts';
import { inOneLine } from '../../contract/shorten.ts';
import { usageError } from '../../contract/usage-error.ts';
import { readExcluded } from '../../data/given/excluded-images.ts';
import { kindLines } from '../../data/pixels/stored/stored-kind.ts';
import { tilesText } from '../../data/pixels/tiles/tile-samples.ts';
import type { DatasetIndex } from '../../data/sources/index-types.ts';
import { repeatedFoldersText } from '../../data/sources/walk.ts';
import { scanMemory } from '../../runs/scan-memory.ts';
import type { Command } from '../command.ts';
import { bytesText, countOf, countText } from '../format.ts';
import type { Output } from '../output.ts';
import { CountProgress } from '../progress.ts';
import { stacksOf } from '../stacks.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

/** @throws StudioError `usage` */
function tilesOf(given: string | undefined): Tiling {
  const tiles = readTiling(given ?? 'auto');
  if (tiles !== undefined) return tiles;
  throw usageError(`--tiles is ${given}; it must be ${TILING_ALLOWED}.`);
}

const SHOWN = 20;
const KINDS_NAMED = 6;

/** The first few of a list of problems, and how many more there are. */
function show(out: Output, heading: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  out.result(`\n${heading}`);
  for (const line of lines.slice(0, SHOWN)) out.result(`  ${line}`);
  if (lines.length > SHOWN) out.result(`  … and ${lines.length - SHOWN} more (all with --json)`);
}

function showSummary(out: Output, index: DatasetIndex): void {
  const formats = Object.entries(index.formats)
    .sort((a, b) => b[1] - a[1])
    .map(([format, count]) => `${countText(count)} ${format}`);
  out.result(
    `${countOf(index.images, 'image')}, ${bytesText(index.bytes)}${formats.length === 0 ? '' : ` (${formats.join(', ')})`}`,
  );
  for (const line of kindLines(index.kinds)) out.result(line);
  if (index.excluded !== undefined)
    out.result(`${countOf(index.excluded, 'image is', 'images are')} excluded.`);
  if (index.tiles !== undefined) out.result(`${tilesText(index.tiles)}.`);
  show(
    out,
    `${countOf(index.unreadable.length, 'file')} could not be read:`,
    index.unreadable.map((file) => `${inOneLine(file.path)}: ${file.reason}`),
  );
  show(
    out,
    `${countOf(index.duplicates.length, 'image is', 'images are')} there more than once:`,
    index.duplicates.map((group) => group.map(inOneLine).join(' = ')),
  );
  show(out, 'Look at these:', index.doubts);
  const ignored = Object.entries(index.ignored).sort((a, b) => b[1] - a[1]);
  if (ignored.length > 0) {
    const most = ignored.slice(0, KINDS_NAMED).map(([end, count]) => `${countText(count)} ${end}`);
    const more = ignored.length > KINDS_NAMED ? ', …' : '';
    out.result(`Passed over, being no images: ${most.join(', ')}${more}`);
  }
  const { images, folders } = index.system;
  if (images > 0)
    show(
      out,
      `${countOf(images, 'image belongs', 'images belong')} to the system (thumbnails, trash) and ${images === 1 ? 'is' : 'are'} left out:`,
      folders.length === 0
        ? ['files that macOS leaves beside others (._…)']
        : folders.map(inOneLine),
    );
  const repeated = repeatedFoldersText(index.repeatedFolders);
  show(out, `${repeated.message}:`, repeated.items.map(inOneLine));
  out.result(`\nFingerprint ${index.fingerprint}`);
}

export const command: Command = {
  name: 'scan',
  positionals: ['DIR…'],
  details: `What is found is remembered in the workspace, for later scans and trainings.`,
  options: {
    quick: {
      help: 'Read sizes from the headers of files alone: no damaged files, copies or doubts.',
    },
    tiles: {
      value: 'TILES',
      help: 'How large TIFF images are divided: auto (those above 268 million pixels), off, or SIZE[+OVERLAP][@LEVEL][,all].',
    },
    'stack-channels': {
      value: 'AXES',
      help: `Which dimensions of TIFF stacks are channels: ${STACK_CHANNELS.join(', ')} (default C).`,
    },
    exclude: {
      value: 'CSV|TXT',
      multiple: true,
      help: EXCLUDE.help,
    },
    workspace: RUN_OPTIONS.workspace,
  },
  examples: [
    'conmim scan ~/pictures /data/xrays',
    'conmim scan --quick /data/millions',
    'conmim scan --tiles 512@1 /data/slides',
  ],
  async run({ args, out, host, parts }) {
    if (args.positionals.some((folder) => folder === '')) throw usageError('DIR is empty.');
    const folders = args.positionals.map((folder) => path.resolve(host.cwd, folder));
    const progress = new CountProgress(out, host.now);
    const quick = args.flag('quick');
    const scan = quick ? parts.quickScan : parts.scanFolders;
    const tiles = tilesOf(args.text('tiles'));
    const stacks = stacksOf(args.text('stack-channels'));
    const lists = args.texts('exclude').map((list) => path.resolve(host.cwd, list));
    const index = await scan(folders, {
      indexFile: scanMemory(workspaceOf(args, host), folders, {
        tiles: tilingText(tiles),
        stack_channels: stacks,
      }),
      tiles,
      stacks,
      ...(lists.length > 0 && { excluded: await readExcluded(lists) }),
      onProgress: ({ done, total }) =>
        progress.show(`Scanning: ${countText(done)} of ${countOf(total, 'file')}`),
    }).finally(() => progress.finish());
    const { images, bytes, formats, unreadable, duplicates, fingerprint } = index;
    const { kinds, tiles: divided, excluded, doubts, system, repeatedFolders } = index;
    const found = { images, bytes, formats, kinds, unreadable, duplicates };
    out.record({
      type: 'scan',
      ...(quick && { depth: 'quick' }),
      ...found,
      ...(divided && { tiles: divided }),
      ...defined({ excluded }),
      doubts,
      system,
      repeatedFolders,
      fingerprint,
    });
    showSummary(out, index);
    if (quick) out.result('Files were not decoded: damaged ones and copies are not known.');
  },
};
