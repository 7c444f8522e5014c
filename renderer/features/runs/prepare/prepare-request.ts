/** The job that prepares the images of a pre-training, as its page offers it. */
import type {
  Job,
  JobRequest,
  RunDetail,
  RunEvent,
} from '../../../../engine/contract/studio/index.ts';
import { valueText } from '../../../ui/recipe-form/recipe-kind.ts';
import type { Nearest } from '../configuration/recipe-changes.ts';

type PrepareRequest = Extract<JobRequest, { kind: 'prepare' }>;

/** @param nearest the ready-made recipe that is nearest to that of the run */
export function prepareRequest(
  { folders, excluded }: Pick<RunDetail, 'folders' | 'excluded'>,
  { name, changes }: Pick<Nearest, 'name' | 'changes'>,
): PrepareRequest {
  const settings = Object.fromEntries(changes.map(({ key, value }) => [key, valueText(value)]));
  const images = { folders: [...folders], ...(excluded && { exclude: [excluded.file] }) };
  return { kind: 'prepare', ...images, recipe: name, settings };
}

/** The newest job that prepares these folders for this recipe. */
export function preparingJob(jobs: readonly Job[], wanted: PrepareRequest): Job | undefined {
  const key = keyOf(wanted);
  return jobs
    .filter(({ request }) => request.kind === 'prepare' && keyOf(request) === key)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
}

function keyOf({ folders, exclude, recipe, settings }: PrepareRequest): string {
  const sorted = Object.entries(settings).sort(([a], [b]) => a.localeCompare(b));
  return JSON.stringify([folders, exclude ?? [], recipe, sorted]);
}

/** Whether the run has waited for its images. @param events its warnings */
export function hasWaited(events: readonly RunEvent[]): boolean {
  return events.some((event) => event['code'] === 'data-wait');
}
