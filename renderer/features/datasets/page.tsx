/** The Data sets page: the list, or one data set. */
import { useRoute } from 'wouter';
import { DatasetDetail } from './dataset-detail.tsx';
import { DatasetList } from './dataset-list.tsx';

export function DatasetsPage() {
  const [, params] = useRoute('/datasets/:id');
  const id = params?.id;
  return id === undefined ? <DatasetList /> : <DatasetDetail key={id} id={id} />;
}
