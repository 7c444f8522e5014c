/** The job that prepares the images of a data set, and what is prepared of it. */
import type {
  Dataset,
  HealthReport,
  Job,
  PreparedSet,
  Preset,
  RequestOf,
} from '../../../../engine/contract/studio/index.ts';
import { exclusionOf } from '../../../ui/image-folders.ts';
import { suggestedSettings } from '../../../ui/recipe-form/suggested-settings.ts';
import { divisionOfSet } from '../../../ui/set-at.ts';

/** The folders that a pre-training on the data set reads. */
export function pretrainFolders({ folders, report }: Dataset): readonly string[] {
  return report?.dense?.imageFolders ?? report?.imageFolders ?? folders;
}

/** As the pre-training that the page suggests, so that it reads what is prepared. */
export function prepareOrder(
  dataset: Dataset,
  report: HealthReport,
  { name, recipes: { pretrain } }: Preset,
): RequestOf<'prepare'> {
  const { suggestion, images } = report;
  const fits = name === suggestion.recipe ? suggestedSettings(pretrain, suggestion, images) : {};
  const settings = { ...divisionOfSet(dataset), ...fits };
  const read = { folders: [...pretrainFolders(dataset)], ...exclusionOf([dataset]) };
  return { kind: 'prepare', ...read, recipe: name, settings };
}

/** What is prepared of exactly these folders. */
export function preparedOf(
  folders: readonly string[],
  sets: readonly PreparedSet[],
): readonly PreparedSet[] {
  return sets.filter((set) => isSame(set.folders, folders));
}

/** The newest job that prepares these folders. */
export function preparingJob(folders: readonly string[], jobs: readonly Job[]): Job | undefined {
  return jobs
    .filter(({ request }) => request.kind === 'prepare' && isSame(request.folders, folders))
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return JSON.stringify(some) === JSON.stringify(others);
}
