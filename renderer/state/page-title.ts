/** The title of the page, with the progress of what runs. */
import { type JobsProgress, jobsProgress } from '../../engine/contract/studio/index.ts';
import { useLive } from './live.ts';

/** `37 % · Runs · ConMIM Studio`. */
export function pageTitle(page: string, progress: JobsProgress | undefined): string {
  const done = progress === undefined ? [] : [progressText(progress)];
  return [...done, page, 'ConMIM Studio'].join(' · ');
}

/**
 * Rounded down, so that 100 % is shown of nothing that is not done. The small number is for shares
 * such as 0.29, which 100 times are 28.999….
 */
function progressText({ share, isPaused }: JobsProgress): string {
  const percent = `${Math.floor(share * 100 + 1e-9)} %`;
  return isPaused ? `paused at ${percent}` : percent;
}

/** The title; components render again only when its text changes. */
export function usePageTitle(page: string): string {
  return useLive(({ jobs, runs }) =>
    pageTitle(
      page,
      jobsProgress(jobs, (id) => runs[id]?.run),
    ),
  );
}
