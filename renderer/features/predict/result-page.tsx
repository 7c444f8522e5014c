/** The predictions of a job, as its task shows them. */
import { Group } from '@mantine/core';
import { useStudio } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { baseName } from '../../ui/base-name.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { MainLinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { ClassResult } from './classes/class-result.tsx';
import { DenseResult } from './dense/dense-result.tsx';
import { ObjectsResult } from './dense/objects-result.tsx';
import { hasObjects, isDense } from './jobs/job-text.ts';

export function PredictionPage({ id }: { readonly id: string }) {
  const job = useLive((state) => state.jobs.find((found) => found.id === id));
  const ready = useLive((state) => state.ready);
  const models = useStudio('models.list', {});
  if (job?.request.kind === 'predict') {
    const { model } = job.request;
    const known = models.data?.find(({ reference }) => reference === model);
    if (models.isPending) return null;
    if (hasObjects(job)) return <ObjectsResult job={job} />;
    if (isDense(job, known?.task)) return <DenseResult job={job} />;
    return <ClassResult job={job} model={known?.name ?? baseName(model)} />;
  }
  if (!ready) return null;
  return (
    <Page title="Predictions">
      <ErrorNotice
        error={{
          message: 'These predictions are not in the list any more.',
          advice: 'They were dismissed, perhaps in another window. Predict again.',
        }}
      />
      <Group>
        <MainLinkButton href="/predict">All predictions</MainLinkButton>
      </Group>
    </Page>
  );
}
