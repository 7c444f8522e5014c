/** The Predict page: a trained network with classes applied to new images. */
import { Group } from '@mantine/core';
import { IconPhotoSearch } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useLocation, useRoute } from 'wouter';
import { useStudio } from '../../client/use-studio.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LinkButton, MainLinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { readReference } from '../../ui/reference-param.ts';
import { changePredictDraft, NEW_MODEL } from './form/draft.ts';
import { StartPrediction } from './form/start.tsx';
import { Earlier } from './jobs/earlier.tsx';
import { PredictionPage } from './result-page.tsx';

export function PredictPage() {
  const [, model] = useRoute('/predict/with/:model');
  const [, job] = useRoute('/predict/:job');
  if (model !== null) return <TakeModel reference={readReference(model.model)} />;
  if (job !== null) return <PredictionPage key={job.job} id={job.job} />;
  return <Form />;
}

function TakeModel({ reference }: { readonly reference: string }) {
  const [, navigate] = useLocation();
  useEffect(() => {
    changePredictDraft({ ...NEW_MODEL, model: reference, choosing: true });
    navigate('/predict', { replace: true });
  }, [reference, navigate]);
  return null;
}

function Form() {
  const models = useStudio('models.list', {});
  const none = models.data?.some(({ kind }) => kind === 'classifier') === false;
  return (
    <Page
      title="Predict"
      about="Apply a fine-tuned network to new images: a classifier gives each its class and confidence, a segmenter each pixel its class, a detector finds objects."
    >
      <ErrorNotice error={models.error} onRetry={() => void models.refetch()} />
      {none ? <NoNetwork /> : null}
      <StartPrediction />
      <Earlier />
    </Page>
  );
}

function NoNetwork() {
  return (
    <EmptyState
      icon={<IconPhotoSearch size={48} aria-hidden />}
      title="There is no fine-tuned network yet"
      action={
        <Group justify="center">
          <MainLinkButton href="/finetune">Fine-tune one</MainLinkButton>
          <LinkButton href="/models">Import weights…</LinkButton>
        </Group>
      }
    >
      One comes from fine-tuning on labelled images, or from a file of weights with a head. Such a
      file can also be named below.
    </EmptyState>
  );
}
