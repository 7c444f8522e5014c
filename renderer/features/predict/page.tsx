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
import { changePredictDraft, NEW_MODEL } from './draft.ts';
import { Earlier } from './earlier.tsx';
import { PredictionPage } from './result-page.tsx';
import { StartPrediction } from './start.tsx';

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
      about="Apply a trained classifier to new images: class, confidence and all probabilities of each, as a table to keep; a segmenter, which gives each pixel a class; or a detector, which finds objects."
    >
      <ErrorNotice error={models.error} onRetry={() => void models.refetch()} />
      {none ? <NoClassifier /> : null}
      <StartPrediction />
      <Earlier />
    </Page>
  );
}

function NoClassifier() {
  return (
    <EmptyState
      icon={<IconPhotoSearch size={48} aria-hidden />}
      title="There is no classifier yet"
      action={
        <Group justify="center">
          <MainLinkButton href="/finetune">Fine-tune one</MainLinkButton>
          <LinkButton href="/models">Import weights…</LinkButton>
        </Group>
      }
    >
      A classifier comes from fine-tuning on labelled images, or from a file of weights with a
      classification head. Such a file can also be named below.
    </EmptyState>
  );
}
