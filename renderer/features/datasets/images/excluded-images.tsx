/** The images that are excluded from a data set, which can be taken back one by one or all. */
import { Button, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { Dataset } from '../../../../engine/contract/studio/index.ts';
import { useStudio, useStudioAction } from '../../../client/use-studio.ts';
import { ActionButton } from '../../../ui/action-button.tsx';
import { ErrorNotice, notifyError } from '../../../ui/error-notice.tsx';
import { countOf } from '../../../ui/format.ts';
import { pictureName } from '../../../ui/picture-name.ts';
import { Section } from '../../../ui/section.tsx';
import { Thumbnail } from '../../../ui/thumbnail.tsx';
import classes from './excluded-images.module.css';

const SHOWN = 48;
const SIDE = 160;

export function ExcludedImages({ dataset }: { readonly dataset: Dataset }) {
  const { id, excluded, state, report } = dataset;
  const [count, setCount] = useState(SHOWN);
  const takeBack = useStudioAction('datasets.takeBack', ['datasets.excluded']);
  const { data, error } = useStudio(
    'datasets.excluded',
    { id, offset: 0, count },
    { enabled: excluded !== undefined },
  );
  if (excluded === undefined) return null;
  const isScanning = state === 'scanning';
  const items = data?.items ?? [];
  return (
    <Section
      title="Excluded images"
      actions={
        <ActionButton
          command="datasets.takeBack"
          input={{ id }}
          refreshes={['datasets.excluded']}
          disabled={isScanning}
          size="xs"
        >
          Take all back
        </ActionButton>
      }
    >
      <Text size="sm">
        {countOf(excluded.images, 'image is', 'images are')} excluded
        {report?.excluded === undefined || report.excluded === excluded.images
          ? ''
          : `, ${report.excluded} of which are there`}
        . Trainings that start on this data set leave them out. Click one to take it back.
      </Text>
      <ErrorNotice error={error} />
      <Stack gap="sm">
        <ul className={`plain-list ${classes['excluded']}`} aria-label="Excluded images">
          {items.map(({ path }) => (
            <li key={path}>
              <UnstyledButton
                w="100%"
                aria-label={`Take ${pictureName(path)} back`}
                title={path}
                disabled={isScanning || takeBack.isPending || takeBack.unavailable}
                onClick={() => takeBack.mutate({ id, paths: [path] }, { onError: notifyError })}
              >
                <Thumbnail path={path} side={SIDE} />
              </UnstyledButton>
            </li>
          ))}
        </ul>
        {data !== undefined && data.total > count && count < 1000 ? (
          <Group>
            <Button
              size="xs"
              variant="default"
              onClick={() => setCount(Math.min(1000, count + 4 * SHOWN))}
            >
              More
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Section>
  );
}
