/** Runs: all of them and the queue, or one. */
import { useRoute } from 'wouter';
import { RunDetailPage } from './run-detail.tsx';
import { RunListPage } from './run-list.tsx';

export function RunsPage() {
  const [, params] = useRoute('/runs/:id');
  const id = params?.id;
  return id === undefined ? <RunListPage /> : <RunDetailPage key={id} id={id} />;
}
