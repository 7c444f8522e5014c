import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import { readStatistics, readValueRange } from '../../contract/settings/channels.ts';
import { usageError } from '../../contract/usage-error.ts';
import type { GivenHints } from '../../models/import/hints.ts';
import type { ImportOutcome } from '../../models/import/import-model.ts';
import { headOfModel } from '../../models/model.ts';
import { bytesText, countOf } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import type { Output } from '../output.ts';

export const command = jobCommand('import', {
  details:
    'ConMIM or BEiT checkpoints (.pth, .pt, .bin), files and folders of timm, of transformers and of torchvision (.safetensors). No code of a checkpoint is run. The written folder can be used wherever a run can.',
  examples: [
    'conmim import conmim_base_300e.pth --mean imagenet --std imagenet --out conmim-base',
    'conmim import beit-folder --out beit',
  ],
  async run({ out, host, parts }, { file, out: folder, network, heads, ...given }) {
    const imageSize = readSides(given.imageSize);
    const mean = readChannels('mean', given.mean);
    const std = readChannels('std', given.std);
    const valueRange = readRange(given.valueRange);
    const imported = await parts.importModel(
      path.resolve(host.cwd, file),
      path.resolve(host.cwd, folder),
      {
        ...defined({ network }),
        given: defined({ heads, imageSize, valueRange, mean, std }),
      },
    );
    out.record({ type: 'import', ...imported });
    show(out, imported);
  },
});

function show(out: Output, { report, vit, ...imported }: ImportOutcome): void {
  const { matched, missing, unexpected, ignored, reshaped, converted, notes } = report;
  for (const note of notes) out.note(`Note: ${note}`);
  const [height, width] = vit.imageSize;
  const head = headOfModel(imported);
  out.result(
    `${imported.origin}: ${countOf(vit.depth, 'block')}, width ${vit.embedDim}, ${countOf(vit.heads, 'head')}, images of ${width} x ${height}${vit.channels === 3 ? '' : ` with ${countOf(vit.channels, 'channel')}`} in patches of ${vit.patchSize}; ${head ? countOf(head.classes.length, 'class', 'classes') : 'no classifier'}`,
  );
  const lines: [string, number, readonly string[]][] = [
    ['used', matched.length, []],
    ['left out', ignored.length, [...new Set(ignored.map(({ reason }) => reason))]],
    ['unexpected', unexpected.length, unexpected],
    ['missing, set to zero', missing.length, missing],
    ['reshaped', reshaped.length, reshaped.map(({ name }) => name)],
    ...Object.entries(converted).map(([dtype, count]): [string, number, []] => [
      `converted from ${dtype}`,
      count,
      [],
    ]),
  ];
  for (const [what, count, named] of lines)
    if (count > 0)
      out.result(`  ${count} ${what}${named.length > 0 ? `: ${shortened(named)}` : ''}`);
  out.result(
    `${countOf(imported.tensors, 'tensor')}, ${bytesText(imported.bytes)}, written, read back and compared: ${imported.path}`,
  );
}

function shortened(names: readonly string[]): string {
  const more = names.length > 5 ? `, and ${names.length - 5} more` : '';
  return `${names.slice(0, 5).join(', ')}${more}`;
}

function readSides(given: string | undefined): readonly [number, number] | undefined {
  if (given === undefined) return undefined;
  const [height = Number.NaN, width = height, ...more] = given.split(/[,x]/).map(Number);
  if (more.length === 0 && [height, width].every((side) => Number.isInteger(side) && side > 0))
    return [height, width];
  throw usageError(`--image-size is "${given}"; it must be one whole number, or HEIGHT,WIDTH.`);
}

function readChannels(
  name: 'mean' | 'std',
  given: string | undefined,
): readonly number[] | undefined {
  if (given === undefined) return undefined;
  const numbers = readStatistics(name, given);
  if (numbers !== undefined) return numbers;
  throw usageError(
    `--${name} is "${given}"; it must be imagenet, half, one number for all channels, or one for each with commas between.`,
  );
}

function readRange(given: string | undefined): GivenHints['valueRange'] {
  if (given === undefined) return undefined;
  const range = readValueRange(given);
  if (range !== undefined) return range;
  throw usageError(
    `--value-range is "${given}"; it must be type, metadata, metadata:NUMBER, or LOW,HIGH for all channels or for each.`,
  );
}
