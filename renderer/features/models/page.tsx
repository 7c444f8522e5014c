/** Models: all of them, or one to look at and take away. */
import { useRoute } from 'wouter';
import { ModelDetailPage } from './model-detail.tsx';
import { ModelListPage } from './model-list.tsx';

export function ModelsPage() {
  const [, params] = useRoute('/models/:reference');
  if (params === null) return <ModelListPage />;
  const reference = decodeURIComponent(params.reference);
  return <ModelDetailPage key={reference} reference={reference} />;
}
