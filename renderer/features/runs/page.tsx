/** The Runs page: the list with the queue, or one run. */
import { useRoute } from 'wouter';
import { JobPage } from './job-page.tsx';
import { RunDetailPage } from './run-detail.tsx';
import { RunListPage } from './run-list.tsx';

export function RunsPage() {
  const [, run] = useRoute('/runs/:id');
  const [, job] = useRoute('/runs/job/:id');
  if (job?.id !== undefined) return <JobPage key={job.id} id={job.id} />;
  return run?.id === undefined ? <RunListPage /> : <RunDetailPage key={run.id} id={run.id} />;
}
