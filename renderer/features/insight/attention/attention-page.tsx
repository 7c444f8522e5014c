/** Where the class token of a network looks, beside other networks, on some images. */
import { Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useState } from 'react';
import type { InputOf } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { baseName } from '../../../ui/base-name.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { Notes } from '../../../ui/notes.tsx';
import { Page } from '../../../ui/page.tsx';
import { referenceAddress } from '../../../ui/reference-param.ts';
import { AttentionForm } from './attention-form.tsx';
import { AttentionMaps } from './attention-maps.tsx';
import { attentionRequest, FIRST_DRAFT } from './attention-request.ts';

type Request = InputOf<'insight.attention'>;

export function AttentionPage({ reference }: { readonly reference: string }) {
  const models = useStudio('models.list', {});
  const model = models.data?.find((found) => found.reference === reference);
  const isRun = model?.source === 'run';
  const run = useStudio('runs.get', { id: reference }, { enabled: isRun });
  const [draft, setDraft] = useState(FIRST_DRAFT);
  const [asked, setAsked] = useState<Request | undefined>(undefined);
  const known =
    models.data !== undefined && (!isRun || run.data !== undefined || run.error !== null);
  const trainedOn = run.data === undefined ? [] : imagesOf(run.data);
  const wanted = attentionRequest(reference, draft, trainedOn);
  // Until something is asked for, what it was trained on is shown.
  const shown = asked ?? (known ? attentionRequest(reference, FIRST_DRAFT, trainedOn) : undefined);
  const found = useStudio(
    'insight.attention',
    shown ?? { networks: [{ reference }], images: [reference], count: 1 },
    { enabled: shown !== undefined },
  );
  const error = run.error ?? models.error ?? found.error;
  return (
    <Page
      title={`Attention of ${model?.name ?? baseName(reference)}`}
      help="watch-a-run"
      about="Which patches the class token attends to, block by block and head by head."
      actions={
        <>
          {isRun ? (
            <LinkButton href={referenceAddress('runs', reference)}>Its run</LinkButton>
          ) : null}
          <LinkButton href={referenceAddress('models', reference)}>Its network</LinkButton>
        </>
      }
    >
      <AttentionForm
        draft={draft}
        onChange={setDraft}
        steps={(run.data?.checkpoints ?? []).map(({ step }) => step)}
        hasImages={trainedOn.length > 0}
        canShow={wanted !== undefined && known}
        computing={found.isFetching}
        onShow={() =>
          JSON.stringify(wanted) === JSON.stringify(shown) ? void found.refetch() : setAsked(wanted)
        }
      />
      <ErrorNotice error={error} onRetry={() => void found.refetch()} />
      {shown === undefined ? (
        known ? (
          <EmptyState icon={<IconEye size={40} aria-hidden />} title="Choose images">
            It is not known which images this network was trained on. Name a folder of images or an
            image above.
          </EmptyState>
        ) : null
      ) : found.data === undefined || error !== null ? (
        found.isFetching ? (
          <Text role="status">Computing attention…</Text>
        ) : null
      ) : (
        <>
          <Notes items={found.data.notes} />
          <AttentionMaps attention={found.data} />
        </>
      )}
    </Page>
  );
}

function imagesOf({ folders, train }: { folders: readonly string[]; train?: string | undefined }) {
  return folders.length > 0 ? folders : train === undefined ? [] : [train];
}
