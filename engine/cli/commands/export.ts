import path from 'node:path';
import { usageError } from '../../contract/usage-error.ts';
import type { ExportOutcome } from '../../models/export/export-network.ts';
import type { Command } from '../command.ts';
import { bytesText } from '../format.ts';
import { RUN_HELP, RUN_OPTIONS, workspaceOf } from '../training.ts';

const FORMATS = ['safetensors', 'timm', 'hf', 'onnx', 'continuation'] as const;
/** Formats that are one file; the others are folders. */
const FILES = new Set<string>(['safetensors', 'onnx']);

export const command: Command = {
  name: 'export',
  summary: `Take a network away, for other programs or other machines. ${RUN_HELP} A file or folder of weights will do as well.`,
  positionals: ['RUN|DIR|FILE'],
  options: {
    format: {
      type: 'string',
      value: FORMATS.join('|'),
      help: 'What for: files of weights, timm, transformers, ONNX, going on elsewhere.',
    },
    network: {
      type: 'string',
      value: 'teacher|student',
      help: 'Which one of a pre-training (default teacher).',
    },
    checkpoint: {
      type: 'string',
      value: 'STEP',
      help: 'Which checkpoint (default the newest; the best of a classifier).',
    },
    out: { type: 'string', value: 'PATH', help: 'Where to write: a file or a folder, by format.' },
    ...RUN_OPTIONS,
  },
  examples: [
    'conmim export workspace/runs/ID --format safetensors --out weights.safetensors',
    'conmim export animals --format onnx --out animals.onnx',
    'conmim export animals --format hf --out animals-classifier',
  ],
  async run({ args, out, host, parts }) {
    args.need('format', 'safetensors');
    const format = args.choice('format', FORMATS)!;
    const network = args.choice('network', ['teacher', 'student']);
    const step = args.integer('checkpoint', 0);
    const given = args.need('out', 'PATH');
    if (FILES.has(format) && /[\\/]$/.test(given)) throw usageError('--out must name a file.');
    const written = await parts.exportNetwork({
      workspace: workspaceOf(args, host),
      run: args.positionals[0]!,
      format,
      ...(network === undefined ? {} : { network }),
      ...(step === undefined ? {} : { step }),
      out: path.resolve(host.cwd, given),
    });
    for (const message of written.notes ?? []) out.note(`Note: ${message}`);
    out.record({ type: 'export', ...written });
    out.result(exportText(written));
  },
};

function exportText({ origin, tensors, bytes, path: where, ...written }: ExportOutcome): string {
  const compared =
    written.largestDifference === 0
      ? 'it answers as the original does, bit by bit'
      : `its answers differ from the original by at most ${written.largestDifference.toExponential(1)}`;
  const what = `${origin}: ${tensors} tensors, ${bytesText(bytes)}`;
  return written.format === 'continuation'
    ? `${what}, written, read back and compared: ${where}`
    : `${what}, written and read back; ${compared}: ${where}`;
}
