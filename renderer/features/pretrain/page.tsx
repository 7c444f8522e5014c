/** The Pre-train page, which sets up a pre-training. */
import { IconDatabase } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useRoute } from 'wouter';
import { useStudio } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { forPretraining } from '../../ui/image-folders.ts';
import { MainLinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { changePretrainDraft, usePretrainDraft } from './draft.ts';
import { Setup } from './setup.tsx';

const ABOUT = 'Masked image modelling (ConMIM) on your images, without labels.';

export function PretrainPage() {
  const [, params] = useRoute('/pretrain/:dataset');
  const asked = params?.dataset;
  const datasets = useLive((state) => state.datasets);
  const ready = useLive((state) => state.ready);
  const recipes = useStudio('recipes.list', {});
  useEffect(() => {
    const chosen = usePretrainDraft.getState().datasets;
    if (asked !== undefined && !(chosen?.length === 1 && chosen[0] === asked))
      changePretrainDraft({ datasets: [asked], recipe: undefined, settings: {} });
  }, [asked]);
  return (
    <Page title="Pre-train" about={ABOUT}>
      {recipes.error !== null ? (
        <ErrorNotice error={recipes.error} onRetry={() => void recipes.refetch()} />
      ) : ready && datasets.length === 0 ? (
        <EmptyState
          icon={<IconDatabase size={56} stroke={1.2} aria-hidden />}
          title="First, add a folder of images"
          action={<MainLinkButton href="/datasets">Go to Data sets</MainLinkButton>}
        >
          Pre-training needs images only, no labels.
        </EmptyState>
      ) : ready && recipes.data !== undefined ? (
        <Setup datasets={forPretraining(datasets)} presets={recipes.data} />
      ) : null}
    </Page>
  );
}
