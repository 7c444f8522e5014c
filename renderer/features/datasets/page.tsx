import { Page } from '../../ui/page.tsx';

export function DatasetsPage() {
  return <Page title="Data sets">{null}</Page>;
}
