import path from 'node:path';
import { usageError } from '../../contract/usage-error.ts';
import type { CudaLibrary } from '../../devices/cuda/cuda-libraries.ts';
import type { CudaPlan } from '../../devices/cuda/setup-cuda.ts';
import type { OnednnPlan } from '../../devices/onednn/setup-onednn.ts';
import type { Command, CommandCall } from '../command.ts';
import { bytesText } from '../format.ts';
import { type Output, table } from '../output.ts';
import { CountProgress } from '../progress.ts';

const SUBJECTS: Readonly<Record<string, (call: CommandCall) => Promise<void>>> = {
  cuda: setupCuda,
  onednn: setupOnednn,
};

export const command: Command = {
  name: 'setup',
  positionals: [Object.keys(SUBJECTS).join('|')],
  options: {
    yes: { help: 'Fetch without asking, in scripts.' },
    from: { value: 'FILE', help: 'Take a package fetched elsewhere; no network.' },
    remove: { help: 'Remove the files.' },
  },
  examples: [
    'conmim setup cuda',
    'conmim setup cuda --from Microsoft.ML.OnnxRuntime.Gpu.Linux.nupkg',
    'conmim setup cuda --remove',
    'conmim setup onednn',
    'conmim setup onednn --from dnnl-3.13-1.5.14-linux-x86_64.jar',
  ],
  async run(call) {
    const subject = call.args.positionals[0]!;
    const setup = Object.hasOwn(SUBJECTS, subject) ? SUBJECTS[subject] : undefined;
    if (setup === undefined)
      throw usageError(
        `There is nothing to set up named "${subject}"; there are: ${Object.keys(SUBJECTS).join(', ')}`,
      );
    await setup(call);
  },
};

async function setupCuda(call: CommandCall): Promise<void> {
  const { args, out, host, parts } = call;
  if (args.flag('remove')) return showRemoved(out, await parts.removeCuda());
  const progress = new CountProgress(out, host.now);
  const { state, folder, files, libraries } = await parts
    .setupCuda({
      from: fileOf(call),
      confirm: (plan) => confirmCuda(call, plan),
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
}

async function setupOnednn(call: CommandCall): Promise<void> {
  const { args, out, parts } = call;
  if (args.flag('remove')) return showRemoved(out, await parts.removeOnednn());
  const { state, folder, files, library } = await parts.setupOnednn({
    from: fileOf(call),
    confirm: (plan) => confirmOnednn(call, plan),
  });
  out.record({
    type: 'setup',
    state,
    folder,
    files,
    ...(library === undefined ? {} : { library }),
  });
  if (library === undefined) {
    out.result('Nothing was fetched.');
    return;
  }
  const what = `oneDNN ${library.version} (${library.origin}), which computes with ${library.instructionSet} here`;
  out.result(
    state === 'installed'
      ? `Put into ${folder}: ${files.join(' and ')}. This is ${what}.`
      : `Nothing to do: there is ${what}.`,
  );
  out.result('Compare it with: conmim devices --check');
}

function fileOf({ args, host }: CommandCall): string | undefined {
  const from = args.text('from');
  return from === undefined ? undefined : path.resolve(host.cwd, from);
}

function showRemoved(
  out: Output,
  { folder, files }: { readonly folder: string; readonly files: readonly string[] },
): void {
  out.record({ type: 'setup', state: 'removed', folder, files });
  out.result(
    files.length === 0
      ? `There were none in ${folder}.`
      : `Removed ${files.join(' and ')} from ${folder}.`,
  );
}

function confirmCuda(call: CommandCall, plan: CudaPlan): Promise<boolean> {
  call.out.record({ type: 'setup-plan', ...plan });
  return confirm(call, [
    `This fetches ${plan.package} ${plan.version}, ${bytesText(plan.bytes)},`,
    `  from ${plan.url}`,
    `and puts ${plan.files.join(' and ')}`,
    `  into ${plan.folder}`,
    plan.verified
      ? 'Its size and its SHA-512 are compared with what NuGet states. Nothing of yours is sent.'
      : 'NuGet states no checksum of it, so only its size is compared. Nothing of yours is sent.',
  ]);
}

function confirmOnednn(call: CommandCall, plan: OnednnPlan): Promise<boolean> {
  call.out.record({ type: 'setup-plan', ...plan });
  return confirm(call, [
    `This fetches ${plan.package}, ${bytesText(plan.bytes)}, with Maven’s client (mvn)`,
    `and puts ${plan.files.join(' and ')}`,
    `  into ${plan.folder}`,
    'Its SHA-256 is compared with that of the package that was examined. Nothing of yours is sent.',
  ]);
}

async function confirm(
  { args, out, host }: CommandCall,
  lines: readonly string[],
): Promise<boolean> {
  out.note(lines.join('\n'));
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
