/** A studio whose every path stays within given folders. */
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import type { CommandName, InputOf, OutputOf, StudioPort } from '../contract/studio/api.ts';
import type { JobKind, JobRequest, RequestOf } from '../contract/studio/job-request.ts';
import { liesIn } from '../studio/folders.ts';

/** What may be a path: a name that holds no separator and names nothing here is a run's. */
type Named = string | undefined;

/** The fields of each job that are paths; `names` may also be a run's id or name. */
const JOB_PATHS: {
  readonly [K in JobKind]: (request: RequestOf<K>) => { paths?: Named[]; names?: Named[] };
} = {
  pretrain: ({ folders, from, recipe }) => ({ paths: folders, names: [from, recipe] }),
  finetune: ({ from, train, val, recipe }) => ({ paths: [train, val], names: [from, recipe] }),
  compare: ({ from, train, val, recipe }) => ({ paths: [train, val], names: [from, recipe] }),
  evaluate: ({ model, data }) => ({ paths: [data], names: [model] }),
  knn: ({ from, train, val }) => ({ paths: [train, val], names: [from] }),
  embed: ({ from, data, out }) => ({ paths: [data, out], names: [from] }),
  export: ({ model, out }) => ({ paths: [out], names: [model] }),
  import: ({ file, out }) => ({ paths: [file, out] }),
  resume: ({ run }) => ({ names: [run] }),
  selftest: () => ({}),
};

function pathsOfJob(request: JobRequest): { paths?: Named[]; names?: Named[] } {
  const find = JOB_PATHS[request.kind] as (request: JobRequest) => ReturnType<typeof pathsOfJob>;
  return find(request);
}

const none = () => ({});

/** The fields of each command's input that are paths. A new command without a line is a type error. */
const PATHS: {
  readonly [N in CommandName]: (input: InputOf<N>) => { paths?: Named[]; names?: Named[] };
} = {
  'app.info': none,
  'settings.read': none,
  'settings.write': none,
  'folders.list': ({ path: folder }) => ({ paths: [folder] }),
  'datasets.list': none,
  'datasets.add': ({ folders }) => ({ paths: folders }),
  'datasets.rename': none,
  'datasets.remove': none,
  'datasets.scan': none,
  'datasets.stopScan': none,
  'datasets.images': none,
  'datasets.preview': ({ folders, recipe }) => ({ paths: folders, names: [recipe] }),
  'recipes.list': none,
  'pretrain.estimate': pathsOfJob,
  'jobs.list': none,
  'jobs.submit': pathsOfJob,
  'jobs.move': none,
  'jobs.stop': none,
  'jobs.forget': none,
  'jobs.checks': none,
  'jobs.log': none,
  'runs.list': none,
  'runs.get': ({ id }) => ({ names: [id] }),
  'runs.series': ({ id }) => ({ names: [id] }),
  'runs.events': ({ id }) => ({ names: [id] }),
  'runs.control': ({ id }) => ({ names: [id] }),
  'runs.delete': ({ id }) => ({ names: [id] }),
  'models.list': none,
  'models.describe': ({ reference }) => ({ names: [reference] }),
  'evaluations.get': none,
  'devices.list': none,
};

/**
 * @param roots folders that may be named, links followed
 * @returns the same studio; a path outside them is refused as `path-outside-roots`
 */
export function confine(studio: StudioPort, roots: readonly string[]): StudioPort {
  const check = (target: string) => {
    if (liesIn(target, roots)) return;
    throw new StudioError(
      'path-outside-roots',
      `${target} is outside the folders open to this page.`,
      {
        advice: `They are: ${roots.join(', ')}. Others are given with --root when conmim serve is started.`,
        details: { roots },
      },
    );
  };
  return {
    async call<N extends CommandName>(name: N, input: InputOf<N>): Promise<OutputOf<N>> {
      const { paths = [], names = [] } = PATHS[name](input);
      for (const target of paths) if (target !== undefined) check(target);
      for (const target of names) if (target !== undefined && isPath(target)) check(target);
      return studio.call(name, input);
    },
    subscribe: (listener) => studio.subscribe(listener),
  };
}

function isPath(name: string): boolean {
  return path.isAbsolute(name) || /[\\/]/.test(name) || name === '..' || name === '.';
}
