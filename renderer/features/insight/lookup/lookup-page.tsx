/** The look-up of patches with the features of a run, and the vocabulary of a data set. */
import { useState } from 'react';
import { useStudio } from '../../../client/use-studio.ts';
import { baseName } from '../../../ui/base-name.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { Page } from '../../../ui/page.tsx';
import { referenceAddress } from '../../../ui/reference-param.ts';
import { KeptSection } from '../kept-section.tsx';
import { BuildIndex } from './build-index.tsx';
import { LookupView } from './lookup-view.tsx';
import { indexText } from './patch-text.ts';

export function LookupPage({ run: id }: { readonly run: string }) {
  const run = useStudio('runs.get', { id });
  const indexes = useStudio('insight.lookups', { id });
  const [chosen, setChosen] = useState<string | null>(null);
  const kept = indexes.data?.items;
  const about = kept?.find(({ name }) => name === chosen) ?? kept?.[0];
  return (
    <Page
      title={`Look-up of ${run.data?.name ?? baseName(id)}`}
      help="watch-a-run"
      about="Click a patch of an image: the most similar patches of a data set, and what the loss compares within the image."
      actions={<LinkButton href={referenceAddress('runs', id)}>Its run</LinkButton>}
    >
      <ErrorNotice error={run.error ?? indexes.error} onRetry={() => void indexes.refetch()} />
      <KeptSection
        title="Index of patches"
        label="Index"
        another="Another index…"
        empty="An index holds the features of all patches of a data set, so that the nearest ones are found at once. It is built once and kept with the run."
        kept={kept}
        shown={about}
        about={indexText}
        onChoose={setChosen}
        form={
          run.data === undefined ? undefined : <BuildIndex id={id} folder={run.data.folders[0]} />
        }
      />
      {about === undefined ? null : (
        <LookupView key={`${about.name} ${about.builtAt}`} id={id} about={about} />
      )}
    </Page>
  );
}
