import { Page } from '../../ui/page.tsx';

export function PretrainPage() {
  return <Page title="Pre-train">{null}</Page>;
}
