/** Restrict a studio to paths within given folders. */
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { type JobRequest, type NamedFile, namedFiles } from '../contract/jobs/register.ts';
import { shorten } from '../contract/shorten.ts';
import type { CommandName, InputOf, OutputOf, StudioPort } from '../contract/studio/api.ts';
import { outsideRoots } from '../studio/folders/folders.ts';
import { liesIn } from '../studio/folders/lies-in.ts';
import { isPlainPath } from '../studio/folders/plain-path.ts';

export interface PathLimits {
  /** Folders whose contents may be named, with links resolved. */
  readonly roots: readonly string[];
  /** Working folder of jobs, from which relative paths are resolved. */
  readonly workspace: string;
}

/** Files, folders and runs that an input names. */
interface Named {
  /** Absolute paths. */
  readonly paths?: readonly (string | undefined)[];
  /** Names of runs and recipes, or paths. */
  readonly names?: readonly (string | undefined)[];
  /** Ids of runs, never paths. */
  readonly ids?: readonly string[];
}

function namedByJob(request: JobRequest): Named {
  const files = namedFiles(request);
  const textsOf = (wanted: NamedFile['kind']) =>
    files.flatMap(({ kind, text }) => (kind === wanted ? [text] : []));
  return { paths: textsOf('path'), names: textsOf('reference') };
}

const nothing = () => ({});
const evaluated = ({ run }: { run?: string | undefined }) =>
  run === undefined ? {} : { ids: [run] };
const runById = ({ id }: { id: string }) => ({ ids: [id] });

/** What the input of each command names. A command that is missing here is a type error. */
const NAMED: { readonly [N in CommandName]: (input: InputOf<N>) => Named } = {
  'app.info': nothing,
  'settings.read': nothing,
  'settings.write': nothing,
  'folders.list': ({ path: folder }) => ({ paths: [folder] }),
  'datasets.list': nothing,
  'datasets.add': ({ folders, dense = {} }) => ({
    paths: [...folders, dense.images, dense.masks, dense.classTable],
  }),
  'datasets.readLabels': ({ dense = {} }) => ({
    paths: [dense.images, dense.masks, dense.classTable],
  }),
  'datasets.divide': nothing,
  'datasets.exclude': ({ map }) => ({ ids: [map.id] }),
  // The paths are looked up among those that are excluded, and never read.
  'datasets.takeBack': nothing,
  'datasets.excluded': nothing,
  'prepared.list': nothing,
  'prepared.remove': nothing,
  'datasets.rename': nothing,
  'datasets.remove': nothing,
  'datasets.scan': nothing,
  'datasets.stopScan': nothing,
  'datasets.missing': nothing,
  'datasets.images': nothing,
  'datasets.labels': nothing,
  'datasets.preview': ({ folders, exclude = [], recipe }) => ({
    paths: [...folders, ...exclude],
    names: [recipe],
  }),
  'recipes.list': nothing,
  'presets.list': nothing,
  'presets.save': nothing,
  'presets.rename': nothing,
  'presets.delete': nothing,
  'pretrain.estimate': namedByJob,
  'jobs.list': nothing,
  'jobs.submit': namedByJob,
  'jobs.move': nothing,
  'jobs.stop': nothing,
  'jobs.forget': nothing,
  'jobs.checks': nothing,
  'jobs.log': nothing,
  'runs.list': nothing,
  // The folders of open comparisons are compared with those of runs, and never read.
  'runs.table': nothing,
  'runs.size': ({ ids }) => ({ ids }),
  'runs.get': runById,
  'runs.series': runById,
  'runs.events': runById,
  'runs.ranks': runById,
  'runs.pictures': runById,
  'runs.student': runById,
  'runs.studentStep': runById,
  'runs.control': runById,
  'runs.edit': runById,
  'runs.delete': runById,
  'runs.learningBand': runById,
  'insight.maps': runById,
  'insight.mapPoints': runById,
  'insight.mapImages': runById,
  'insight.mapSimilar': runById,
  'insight.mapLike': ({ id, file }) => ({ ids: [id], paths: [file] }),
  'insight.mapClasses': runById,
  'insight.mapExcluded': ({ id, lists }) => ({ ids: [id], paths: lists }),
  'insight.nameOnMap': runById,
  'insight.lookups': runById,
  'insight.lookupImages': runById,
  'insight.lookupWords': runById,
  'insight.lookupPatch': ({ id, image }) => ({
    ids: [id],
    paths: typeof image === 'string' ? [image] : [],
  }),
  'models.list': nothing,
  'models.describe': ({ reference }) => ({ names: [reference] }),
  'models.task': ({ reference }) => ({ names: [reference] }),
  'insight.attention': ({ networks, images }) => ({
    paths: images,
    names: networks.map(({ reference }) => reference),
  }),
  'evaluations.get': evaluated,
  'evaluations.images': evaluated,
  'evaluations.mistakes': evaluated,
  'results.files': evaluated,
  'studies.get': nothing,
  'reports.build': evaluated,
  'evaluations.neighbours': nothing,
  'predictions.get': nothing,
  'predictions.dense': nothing,
  'predictions.mask': nothing,
  'predictions.label': nothing,
  'predictions.objects': nothing,
  'predictions.save': nothing,
  'devices.list': nothing,
};

/** Paths are resolved on the disk one after the other. */
const MOST_NAMED = 1000;

/** @returns the same studio, which refuses paths outside the roots with `path-outside-roots` */
export function confine(studio: StudioPort, limits: PathLimits): StudioPort {
  return {
    async call<N extends CommandName>(
      name: N,
      input: InputOf<N>,
      signal?: AbortSignal,
    ): Promise<OutputOf<N>> {
      const { paths = [], names = [], ids = [] } = NAMED[name](input);
      if (paths.length + names.length > MOST_NAMED)
        throw new StudioError('call-invalid', `${name} names more than ${MOST_NAMED} paths.`, {
          advice: 'Name the folder that they lie in.',
        });
      for (const target of paths) if (target !== undefined) await checkPath(target, limits);
      for (const target of names) if (target !== undefined) await checkName(target, limits);
      for (const id of ids) checkId(id);
      return studio.call(name, input, signal);
    },
    subscribe: (listener) => studio.subscribe(listener),
  };
}

/** @throws StudioError `path-invalid`, `path-outside-roots` */
export async function checkPath(target: string, { roots }: PathLimits): Promise<void> {
  if (!path.isAbsolute(target) || !isPlainPath(target))
    throw new StudioError('path-invalid', `${printable(target)} is no whole path.`, {
      advice: 'Give the path from the start of the disk, for example /data/images.',
    });
  if (!(await liesIn(target, roots))) throw outsideRoots(printable(target), roots);
}

async function checkName(target: string, { roots, workspace }: PathLimits): Promise<void> {
  // The name is resolved as a job resolves it: names of runs are relative to the workspace.
  const isWhole = path.parse(target).root !== '';
  const found = isWhole ? target : `${workspace}${path.sep}${target}`;
  if (target.includes('\0') || !(await liesIn(found, roots)))
    throw outsideRoots(printable(target), roots);
}

/** An id is used as the name of a run's folder. */
function checkId(id: string): void {
  if (/^\.{1,2}$|[\\/\0]/.test(id))
    throw new StudioError('run-not-found', `${printable(id)} is not the id of a run.`, {
      advice: 'Choose a run from the list.',
    });
}

function printable(text: string): string {
  return shorten(text.replaceAll('\0', '?'), 1000);
}
