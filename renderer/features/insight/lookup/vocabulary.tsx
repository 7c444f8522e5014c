/** Clusters of the patches of a data set, the largest first, with examples. */
import { Stack, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { defined } from '../../../../engine/contract/defined.ts';
import type { Patch } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { countOf } from '../../../ui/format.ts';
import { pictureName } from '../../../ui/picture-name.ts';
import { Section } from '../../../ui/section.tsx';
import classes from './lookup.module.css';
import { Pages } from './pages.tsx';
import { PatchCrop } from './patch-crop.tsx';
import { placeText } from './patch-text.ts';

/** Words of a page. */
const AT_ONCE = 8;

export function Vocabulary(props: {
  readonly id: string;
  readonly name: string | undefined;
  readonly onChoose: (patch: Patch) => void;
}) {
  const { id, name, onChoose } = props;
  const [page, setPage] = useState(1);
  const { data, error } = useStudio('insight.lookupWords', {
    ...{ id, offset: (page - 1) * AT_ONCE, count: AT_ONCE },
    ...defined({ name }),
  });
  return (
    <Section title="Vocabulary">
      <ErrorNotice error={error} />
      <Text size="sm" c="dimmed">
        Clusters of all patches by their features (k-means), the largest first. Examples are those
        nearest to the centre.
      </Text>
      <Stack gap="md">
        {(data?.items ?? []).map(({ word, patches, images, examples }) => (
          <Stack key={word} gap={4}>
            <Text size="sm" fw={600}>
              Word {word + 1}
              <Text span c="dimmed" size="sm">
                {' '}
                {countOf(patches, 'patch', 'patches')} of {countOf(images, 'image')}
              </Text>
            </Text>
            <ul
              className={`plain-list ${classes['examples']}`}
              aria-label={`Examples of word ${word + 1}`}
            >
              {examples.map((patch) => (
                <li key={`${patch.path} ${patch.row} ${patch.col}`}>
                  <UnstyledButton
                    className={classes['example']!}
                    aria-label={`${pictureName(patch.path)}, ${placeText(patch)}: look up`}
                    title={patch.path}
                    onClick={() => onChoose(patch)}
                  >
                    <PatchCrop patch={patch} />
                  </UnstyledButton>
                </li>
              ))}
            </ul>
          </Stack>
        ))}
      </Stack>
      <Pages total={data?.total} atOnce={AT_ONCE} page={page} onPage={setPage} name="words" />
    </Section>
  );
}
