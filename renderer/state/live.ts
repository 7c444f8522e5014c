/** State that the studio pushes: jobs, data sets and running runs. */
import { create } from 'zustand';
import { toStudioError } from '../../engine/contract/errors.ts';
import {
  type Dataset,
  type Job,
  jobOf,
  type Push,
  type RunEvent,
  type RunSummary,
} from '../../engine/contract/studio/index.ts';
import { useConnection } from '../client/connection.ts';
import { call, onConnection, subscribe } from '../client/studio.ts';
import { queries, refreshQueries } from '../client/use-studio.ts';

export interface LiveRun {
  readonly run: RunSummary;
  readonly latest?: Readonly<Record<string, number>> | undefined;
  /** Events since this page was opened, oldest first. */
  readonly events: readonly RunEvent[];
}

interface LiveState {
  /** False until jobs and data sets have been read once. */
  readonly ready: boolean;
  /** Jobs, newest first. */
  readonly jobs: readonly Job[];
  /** Ids of waiting jobs in the order in which they will start. */
  readonly waiting: readonly string[];
  readonly datasets: readonly Dataset[];
  readonly runs: Readonly<Record<string, LiveRun>>;
}

const KEPT_EVENTS = 200;

export const useLive = create<LiveState>(() => ({
  ready: false,
  jobs: [],
  waiting: [],
  datasets: [],
  runs: {},
}));

/** The list with an item replaced or put in front. */
function withItem<T extends { id: string }>(items: readonly T[], item: T): readonly T[] {
  const found = items.some(({ id }) => id === item.id);
  return found ? items.map((old) => (old.id === item.id ? item : old)) : [item, ...items];
}

function apply(state: LiveState, push: Push): Partial<LiveState> {
  switch (push.topic) {
    case 'job':
      return { jobs: withItem(state.jobs, push.job) };
    case 'job-removed':
      return { jobs: state.jobs.filter(({ id }) => id !== push.id) };
    case 'queue':
      return { waiting: push.waiting };
    case 'dataset':
      return { datasets: withItem(state.datasets, push.dataset) };
    case 'dataset-removed':
      return { datasets: state.datasets.filter(({ id }) => id !== push.id) };
    case 'settings':
    case 'presets':
      return {};
    case 'run': {
      const known = state.runs[push.run.id];
      const events = [...(known?.events ?? []), ...push.events].slice(-KEPT_EVENTS);
      const latest = push.latest ?? known?.latest;
      return { runs: { ...state.runs, [push.run.id]: { run: push.run, latest, events } } };
    }
  }
}

export const RUN_LISTS = ['runs.list', 'runs.table'] as const;

const GROUPS_OF_JOBS = ['runs', 'models', 'results', 'evaluations', 'predictions'] as const;

/** Whether the results of a command may differ once a job has ended. */
function isOfJobs(name: unknown): boolean {
  return GROUPS_OF_JOBS.some((group) => String(name).startsWith(`${group}.`));
}

/** Invalidate cached results that a push changes. */
export function invalidateFor(push: Push, before: LiveState): void {
  if (push.topic === 'settings') queries.setQueryData(['settings.read', {}], push.settings);
  if (push.topic === 'presets') void refreshQueries({ queryKey: ['presets.list'] });
  if (push.topic === 'run') {
    if (before.runs[push.run.id] === undefined)
      for (const name of RUN_LISTS) void refreshQueries({ queryKey: [name] });
    if (push.events.some(({ type }) => type === 'checkpoint'))
      void refreshQueries({ queryKey: ['models.list'] });
    // Steps are pushed twice a second, but data on disk change with events and status only.
    const { id, status } = push.run;
    if (push.events.length > 0 || before.runs[id]?.run.status !== status) {
      for (const name of ['runs.get', 'runs.events', 'runs.ranks', 'runs.pictures'])
        void refreshQueries({ queryKey: [name, { id }] });
      for (const name of ['evaluations.get', 'results.files'])
        void refreshQueries({ queryKey: [name, { run: id }] });
    }
  }
  if (push.topic === 'job' && push.job.state !== 'running' && push.job.state !== 'waiting') {
    const { request } = push.job;
    const device = 'device' in request ? request.device : 'auto';
    // The job may have checked devices.
    if (device === 'auto' && !jobOf(request).isFileJob)
      void refreshQueries({ queryKey: ['devices.list'] });
    void refreshQueries({ predicate: ({ queryKey }) => isOfJobs(queryKey[0]) });
  }
}

const RETRY_MS = 1000;

/** Read the initial state; retried until it succeeds, for example while the studio is starting. */
async function readAll(): Promise<void> {
  try {
    await readOnce();
  } catch (error) {
    console.warn(`The studio could not be read: ${toStudioError(error).message}`);
    setTimeout(() => void readAll(), RETRY_MS);
  }
}

async function readOnce(): Promise<void> {
  const [jobs, datasets] = await Promise.all([call('jobs.list', {}), call('datasets.list', {})]);
  const waiting = jobs.filter(({ state }) => state === 'waiting').map(({ id }) => id);
  useLive.setState({ jobs, datasets, waiting, ready: true });
}

/** Subscribe to the studio; called once, before the first page is shown. */
export function followStudio(): void {
  subscribe((push) => {
    const before = useLive.getState();
    useLive.setState(apply(before, push));
    invalidateFor(push, before);
  });
  onConnection((connection) => {
    useConnection.setState({ connection });
    if (connection !== 'connected') return;
    void readAll();
    void queries.invalidateQueries();
  });
}
