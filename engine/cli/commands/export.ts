import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import { usageError } from '../../contract/usage-error.ts';
import type { ExportOutcome } from '../../models/export/export-network.ts';
import { bytesText, countOf } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import { RUN_HELP, RUN_OPTIONS, workspaceOf } from '../training.ts';

/** Formats that are one file; the others are folders. */
const FILES = new Set<string>(['safetensors', 'onnx']);

export const command = jobCommand('export', {
  details: `${RUN_HELP} A file or folder of weights will do as well.`,
  options: RUN_OPTIONS,
  examples: [
    'conmim export workspace/runs/ID --format safetensors --out weights.safetensors',
    'conmim export animals --format onnx --out animals.onnx',
    'conmim export animals --format hf --out animals-classifier',
  ],
  async run({ args, out, host, parts }, { model, format, network, checkpoint, out: given }) {
    if (FILES.has(format) && /[\\/]$/.test(given)) throw usageError('--out must name a file.');
    const written = await parts.exportNetwork({
      workspace: workspaceOf(args, host),
      run: model,
      format,
      ...defined({ network, step: checkpoint }),
      out: path.resolve(host.cwd, given),
    });
    for (const message of written.notes ?? []) out.note(`Note: ${message}`);
    out.record({ type: 'export', ...written });
    out.result(exportText(written));
  },
});

function exportText({ origin, tensors, bytes, path: where, ...written }: ExportOutcome): string {
  const compared =
    written.largestDifference === 0
      ? 'its outputs are bit-identical to the original'
      : `its outputs differ from the original by at most ${written.largestDifference.toExponential(1)}`;
  const what = `${origin}: ${countOf(tensors, 'tensor')}, ${bytesText(bytes)}`;
  return written.format === 'continuation'
    ? `${what}, written, read back and compared: ${where}`
    : `${what}, written and read back; ${compared}: ${where}`;
}
