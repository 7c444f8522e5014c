/** The Models page: the list, or one model. */
import { useRoute } from 'wouter';
import { readReference } from '../../ui/reference-param.ts';
import { ModelDetailPage } from './model-detail.tsx';
import { ModelListPage } from './model-list.tsx';

export function ModelsPage() {
  const [, params] = useRoute('/models/:reference');
  if (params === null) return <ModelListPage />;
  const reference = readReference(params.reference);
  return <ModelDetailPage key={reference} reference={reference} />;
}
