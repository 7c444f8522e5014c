/** Maps of images by the features of a run. */
import { useState } from 'react';
import type { MapAbout } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { baseName } from '../../../ui/base-name.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { countOf, countText } from '../../../ui/format.ts';
import { LinkButton } from '../../../ui/link-button.tsx';
import { Page } from '../../../ui/page.tsx';
import { referenceAddress } from '../../../ui/reference-param.ts';
import { KeptSection } from '../kept-section.tsx';
import { MakeMap } from './make-map.tsx';
import { MapView } from './map-view.tsx';

export function MapPage({ run: id }: { readonly run: string }) {
  const run = useStudio('runs.get', { id });
  const maps = useStudio('insight.maps', { id });
  const [chosen, setChosen] = useState<string | null>(null);
  const kept = maps.data?.items;
  const about = kept?.find(({ name }) => name === chosen) ?? kept?.[0];
  return (
    <Page
      title={`Map by ${run.data?.name ?? baseName(id)}`}
      help="watch-a-run"
      about="Images with similar features lie near each other: groups, outliers and duplicates of a data set at a glance."
      actions={<LinkButton href={referenceAddress('runs', id)}>Its run</LinkButton>}
    >
      <ErrorNotice error={run.error ?? maps.error} onRetry={() => void maps.refetch()} />
      <KeptSection
        title="Images on the map"
        label="Map"
        another="Another map…"
        empty="A map lays up to 100,000 images of a data set out by their features. It is made once and kept with the run."
        kept={kept}
        shown={about}
        about={aboutText}
        onChoose={setChosen}
        form={run.data === undefined ? undefined : <MakeMap id={id} folder={run.data.folders[0]} />}
      />
      {about === undefined ? null : (
        <MapView key={`${about.name} ${about.builtAt}`} id={id} about={about} />
      )}
    </Page>
  );
}

function aboutText({ sampled, images, step, clusters, trustworthiness: trust }: MapAbout): string {
  return `${countOf(sampled, 'image')} of ${countText(images)}, after step ${countText(step)}, in ${countOf(clusters, 'cluster')}. Trustworthiness ${trust.value.toFixed(3)}: how far neighbours on the map are neighbours by features too.`;
}
