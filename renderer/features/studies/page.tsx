/** The Studies page: a form for a study, earlier ones, and the page of one. */
import { useRoute } from 'wouter';
import { useStudio } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { forPretraining } from '../../ui/image-folders.ts';
import { Page } from '../../ui/page.tsx';
import { StudyForm } from './study-form.tsx';
import { StudyList } from './study-list.tsx';
import { StudyPage } from './study-page.tsx';

export function StudiesPage() {
  const [, params] = useRoute('/studies/:job');
  const recipes = useStudio('recipes.list', {});
  const datasets = useLive((state) => state.datasets);
  const ready = useLive((state) => state.ready);
  if (params !== null) return <StudyPage key={params.job} id={params.job} />;
  return (
    <Page
      title="Studies"
      about="Which settings give better features? A recipe is trained with varied settings and several seeds, and each training is judged by nearest neighbours."
    >
      <ErrorNotice error={recipes.error} onRetry={() => void recipes.refetch()} />
      {ready && recipes.data !== undefined ? (
        <>
          <StudyForm datasets={forPretraining(datasets)} presets={recipes.data} />
          <StudyList />
        </>
      ) : null}
    </Page>
  );
}
