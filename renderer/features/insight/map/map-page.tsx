/** Maps of images by the features of a run. */
import { Button, Collapse, Group, Select, Text } from '@mantine/core';
import { useState } from 'react';
import type { MapAbout } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { baseName } from '../../../ui/base-name.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { agoText, countOf, countText } from '../../../ui/format.ts';
import { LinkButton } from '../../../ui/link-button.tsx';
import { Page } from '../../../ui/page.tsx';
import { referenceAddress } from '../../../ui/reference-param.ts';
import { Section } from '../../../ui/section.tsx';
import { MakeMap } from './make-map.tsx';
import { MapView } from './map-view.tsx';

export function MapPage({ run: id }: { readonly run: string }) {
  const run = useStudio('runs.get', { id });
  const maps = useStudio('insight.maps', { id });
  const [chosen, setChosen] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  const kept = maps.data?.items ?? [];
  const about = kept.find(({ name }) => name === chosen) ?? kept[0];
  const none = maps.data !== undefined && about === undefined;
  return (
    <Page
      title={`Map by ${run.data?.name ?? baseName(id)}`}
      help="watch-a-run"
      about="Images with similar features lie near each other: groups, outliers and copies of a data set at a glance."
      actions={<LinkButton href={referenceAddress('runs', id)}>Its run</LinkButton>}
    >
      <ErrorNotice error={run.error ?? maps.error} onRetry={() => void maps.refetch()} />
      <Section title="Images on the map">
        {about === undefined ? (
          <Text size="sm">
            {none
              ? 'A map lays up to 100,000 images of a data set out by their features. It is made once and kept with the run.'
              : 'Reading…'}
          </Text>
        ) : (
          <>
            <Group justify="space-between" align="flex-end">
              {kept.length > 1 ? (
                <Select
                  label="Map"
                  w={420}
                  maw="100%"
                  allowDeselect={false}
                  data={kept.map(({ name, folder, step, builtAt }) => ({
                    value: name,
                    label: `${baseName(folder)}, step ${step}, ${agoText(builtAt)}`,
                  }))}
                  value={about.name}
                  onChange={setChosen}
                />
              ) : (
                <Text fw={600}>{baseName(about.folder)}</Text>
              )}
              <Button variant="default" aria-expanded={making} onClick={() => setMaking(!making)}>
                Another map…
              </Button>
            </Group>
            <Text size="sm">{aboutText(about)}</Text>
          </>
        )}
        {run.data === undefined ? null : (
          <Collapse expanded={none || making}>
            <MakeMap id={id} folder={run.data.folders[0]} />
          </Collapse>
        )}
      </Section>
      {about === undefined ? null : (
        <MapView key={`${about.name} ${about.builtAt}`} id={id} about={about} />
      )}
    </Page>
  );
}

function aboutText({ sampled, images, step, clusters, trustworthiness: trust }: MapAbout): string {
  return `${countOf(sampled, 'image')} of ${countText(images)}, after step ${countText(step)}, in ${countOf(clusters, 'cluster')}. Trustworthiness ${trust.value.toFixed(3)}: how far neighbours on the map are neighbours by features too.`;
}
