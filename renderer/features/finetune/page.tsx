import { Page } from '../../ui/page.tsx';

export function FinetunePage() {
  return <Page title="Fine-tune and evaluate">{null}</Page>;
}
