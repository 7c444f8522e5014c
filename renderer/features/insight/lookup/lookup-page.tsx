/** The look-up of patches with the features of a run, and the vocabulary of a data set. */
import { Button, Collapse, Group, Select, Text } from '@mantine/core';
import { useState } from 'react';
import { useStudio } from '../../../client/use-studio.ts';
import { baseName } from '../../../ui/base-name.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { agoText } from '../../../ui/format.ts';
import { LinkButton } from '../../../ui/link-button.tsx';
import { Page } from '../../../ui/page.tsx';
import { referenceAddress } from '../../../ui/reference-param.ts';
import { Section } from '../../../ui/section.tsx';
import { BuildIndex } from './build-index.tsx';
import { LookupView } from './lookup-view.tsx';
import { indexText } from './patch-text.ts';

export function LookupPage({ run: id }: { readonly run: string }) {
  const run = useStudio('runs.get', { id });
  const indexes = useStudio('insight.lookups', { id });
  const [chosen, setChosen] = useState<string | null>(null);
  const [building, setBuilding] = useState(false);
  const kept = indexes.data?.items ?? [];
  const about = kept.find(({ name }) => name === chosen) ?? kept[0];
  const none = indexes.data !== undefined && about === undefined;
  return (
    <Page
      title={`Look-up of ${run.data?.name ?? baseName(id)}`}
      help="watch-a-run"
      about="Click a patch of an image: the most similar patches of a data set, and what the loss compares within the image."
      actions={<LinkButton href={referenceAddress('runs', id)}>Its run</LinkButton>}
    >
      <ErrorNotice error={run.error ?? indexes.error} onRetry={() => void indexes.refetch()} />
      <Section title="Index of patches">
        {about === undefined ? (
          <Text size="sm">
            {none
              ? 'An index holds the features of all patches of a data set, so that the nearest ones are found at once. It is built once and kept with the run.'
              : 'Reading…'}
          </Text>
        ) : (
          <Group justify="space-between" align="flex-end">
            {kept.length > 1 ? (
              <Select
                label="Index"
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
            <Button
              variant="default"
              aria-expanded={building}
              onClick={() => setBuilding(!building)}
            >
              Another index…
            </Button>
          </Group>
        )}
        {about === undefined ? null : <Text size="sm">{indexText(about)}</Text>}
        {run.data === undefined ? null : (
          <Collapse expanded={none || building}>
            <BuildIndex id={id} folder={run.data.folders[0]} />
          </Collapse>
        )}
      </Section>
      {about === undefined ? null : (
        <LookupView key={`${about.name} ${about.builtAt}`} id={id} about={about} />
      )}
    </Page>
  );
}
