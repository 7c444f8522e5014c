import path from 'node:path';
import { usageError } from '../../contract/usage-error.ts';
import type { CudaLibrary } from '../../devices/cuda/cuda-libraries.ts';
import type { CudaPlan } from '../../devices/cuda/setup-cuda.ts';
import type { Command, CommandCall } from '../command.ts';
import { bytesText } from '../format.ts';
import { type Output, table } from '../output.ts';
import { CountProgress } from '../progress.ts';

export const command: Command = {
  name: 'setup',
  positionals: ['cuda'],
  options: {
    yes: { help: 'Fetch without asking, in scripts.' },
    from: { value: 'FILE', help: 'Take a package fetched elsewhere; no network.' },
    remove: { help: 'Remove the files.' },
  },
  examples: [
    'conmim setup cuda',
    'conmim setup cuda --from Microsoft.ML.OnnxRuntime.Gpu.Linux.nupkg',
    'conmim setup cuda --remove',
  ],
  async run(call) {
    const { args, out, host, parts } = call;
    if (args.positionals[0] !== 'cuda')
      throw usageError(`There is nothing to set up named "${args.positionals[0]}"; there is: cuda`);
    if (args.flag('remove')) {
      const { folder, files } = await parts.removeCuda();
      out.record({ type: 'setup', state: 'removed', folder, files });
      out.result(
        files.length === 0
          ? `There were none in ${folder}.`
          : `Removed ${files.join(' and ')} from ${folder}.`,
      );
      return;
    }
    const from = args.text('from');
    const progress = new CountProgress(out, host.now);
    const { state, folder, files, libraries } = await parts
      .setupCuda({
        from: from === undefined ? undefined : path.resolve(host.cwd, from),
        confirm: (plan) => confirm(call, plan),
        onProgress: (at) =>
          progress.show(`Fetched ${bytesText(at.done)} of ${bytesText(at.total)}`, at),
      })
      .finally(() => progress.finish());
    out.record({ type: 'setup', state, folder, files, libraries });
    if (state === 'declined') {
      out.result('Nothing was fetched.');
      return;
    }
    out.result(
      state === 'installed'
        ? `Put into ${folder}: ${files.join(' and ')}.`
        : `Nothing to do: ${folder} has ${files.join(' and ')} already.`,
    );
    showLibraries(out, libraries);
  },
};

async function confirm({ args, out, host }: CommandCall, plan: CudaPlan): Promise<boolean> {
  out.record({ type: 'setup-plan', ...plan });
  out.note(
    [
      `This fetches ${plan.package} ${plan.version}, ${bytesText(plan.bytes)},`,
      `  from ${plan.url}`,
      `and puts ${plan.files.join(' and ')}`,
      `  into ${plan.folder}`,
      plan.verified
        ? 'Its size and its SHA-512 are compared with what NuGet states. Nothing of yours is sent.'
        : 'NuGet states no checksum of it, so only its size is compared. Nothing of yours is sent.',
    ].join('\n'),
  );
  if (args.flag('yes')) return true;
  if (host.ask === undefined) throw usageError('This is no terminal; add --yes to fetch it.');
  return host.ask('Fetch it?');
}

function showLibraries(out: Output, libraries: readonly CudaLibrary[]): void {
  out.result('\nWhat CUDA needs of this machine besides:');
  const rows = libraries.map(({ name, part, path: at }) => [name, at ?? 'NOT FOUND', part]);
  out.result(table(rows, '  '));
  const missing = [
    ...new Set(libraries.flatMap((one) => (one.path === undefined ? one.part : []))),
  ];
  out.result(
    missing.length === 0
      ? '\nEverything is there. Try it with: conmim selftest --device cuda'
      : `\nStill to be installed: ${missing.join(', ')}. NVIDIA has them for every Linux; a folder that holds them can also be named in LD_LIBRARY_PATH. Then: conmim selftest --device cuda`,
  );
}
