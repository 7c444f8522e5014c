/** The parts of an open studio, which its calls work with. */

import path from 'node:path';
import { PROCESSOR } from '../contract/device.ts';
import type { Precision } from '../contract/precision.ts';
import type { ToolPort } from '../contract/tools.ts';
import { confinedEnvironment } from '../platform/confined.ts';
import { Datasets } from './datasets/datasets.ts';
import { LabelSets } from './datasets/label-sets.ts';
import { SampleDataAdder } from './datasets/sample-data-adder.ts';
import { Estimates } from './estimates.ts';
import { JobBoard } from './jobs/job-board.ts';
import { NamedPaths } from './named-paths.ts';
import { Pushes } from './pushes.ts';
import { LiveRuns, type LiveRunUpdate } from './runs/live-runs.ts';
import { RunCatalogue } from './runs/run-catalogue.ts';
import { RunHistories } from './runs/run-history.ts';
import { SettingsFile } from './settings-file.ts';
import { isConfinedSurface, type StudioOptions } from './studio-options.ts';
import { ToolsClient } from './tools-client.ts';

export interface StudioParts {
  /** A whole path. */
  readonly workspace: string;
  readonly options: StudioOptions;
  readonly settings: SettingsFile;
  readonly tools: ToolPort;
  readonly datasets: Datasets;
  readonly labels: LabelSets;
  readonly jobs: JobBoard;
  readonly estimates: Estimates;
  readonly runs: RunCatalogue;
  readonly histories: RunHistories;
  readonly live: LiveRuns;
  /** Files that a surface may request pictures of, besides those in data sets. */
  readonly named: NamedPaths;
  /** The device that `auto` resolves to; written when devices are listed. */
  readonly autoDevice: Record<Precision, string>;
  readonly pushes: Pushes;
}

/** Open the parts; interrupted scans and waiting jobs are started. */
export async function openParts(options: StudioOptions): Promise<StudioParts> {
  const workspace = path.resolve(options.workspace);
  const confined = isConfinedSurface(options);
  const pushes = new Pushes();
  const settings = new SettingsFile(workspace);
  const runs = new RunCatalogue(workspace);
  const autoDevice = { float32: PROCESSOR, float16: PROCESSOR, bfloat16: PROCESSOR };
  // Relative paths are resolved as in jobs, which run in the workspace.
  const tools = new ToolsClient({
    node: options.node,
    folder: workspace,
    env: { ...process.env, ...confinedEnvironment(confined) },
  });
  // Data sets come before jobs, which add some when they end.
  const datasets = await Datasets.open(workspace, tools, {
    onDataset: (dataset) => pushes.send({ topic: 'dataset', dataset }),
    onRemoved: (id) => pushes.send({ topic: 'dataset-removed', id }),
  });
  const samples = new SampleDataAdder((dataset) => datasets.add(dataset));
  let live: LiveRuns | undefined;
  const jobs = await JobBoard.open({
    workspace,
    node: options.node ?? process.execPath,
    confined,
    autoDevice: (precision) => autoDevice[precision],
    environment: () => jobEnvironment(settings),
    events: {
      onJob(job) {
        pushes.send({ topic: 'job', job });
        samples.onJob(job);
        if (job.run !== undefined) live?.expect(job.run);
      },
      onRemoved: (id) => pushes.send({ topic: 'job-removed', id }),
      onQueue: (waiting) => pushes.send({ topic: 'queue', waiting: [...waiting] }),
    },
  });
  const tell = (news: LiveRunUpdate) => pushes.send({ topic: 'run', ...news });
  live = new LiveRuns(runs, () => runningRuns(jobs), tell);
  return {
    workspace,
    options,
    settings,
    tools,
    datasets,
    labels: new LabelSets(workspace, datasets, tools),
    jobs,
    estimates: new Estimates(tools, workspace),
    runs,
    histories: new RunHistories(),
    live,
    named: new NamedPaths(),
    autoDevice,
    pushes,
  };
}

/** Close what {@link openParts} opened; running jobs continue. */
export async function closeParts(parts: StudioParts): Promise<void> {
  parts.live.close();
  parts.labels.close();
  parts.datasets.close();
  parts.estimates.close();
  await parts.jobs.close();
  await parts.tools.dispose();
  parts.pushes.close();
}

async function jobEnvironment(settings: SettingsFile): Promise<Record<string, string>> {
  const { threads } = await settings.read();
  return threads === null ? {} : { CONMIM_THREADS: String(threads) };
}

/** Ids of runs whose jobs are running. */
function runningRuns(jobs: JobBoard): string[] {
  return jobs
    .list()
    .flatMap(({ state, run }) => (state === 'running' && run !== undefined ? [run] : []));
}
