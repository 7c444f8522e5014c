/** An image with its patches, the nearest patches of a chosen one, and the vocabulary. */
import { Group, SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import type { LookupAbout, Patch } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { countText } from '../../../ui/format.ts';
import { pictureName } from '../../../ui/picture-name.ts';
import { Section } from '../../../ui/section.tsx';
import { IndexImages } from './index-images.tsx';
import { NearPatches } from './near-patches.tsx';
import { PatchGrid } from './patch-grid.tsx';
import { nearText, placeText, scoresText } from './patch-text.ts';
import { Vocabulary } from './vocabulary.tsx';

const K = 12;
/** While the choice moves on, for example by arrow keys, no scores are computed. */
const SETTLED_MS = 250;

export function LookupView(props: { readonly id: string; readonly about: LookupAbout }) {
  const { id, about } = props;
  const { name, rows, cols } = about;
  const [asked, setAsked] = useState({
    image: 0,
    row: Math.floor(rows / 2),
    col: Math.floor(cols / 2),
  });
  const [scored, setScored] = useState(true);
  const { image, row, col } = asked;
  const query = useMemo(() => ({ ...{ id, name, k: K }, ...asked }), [id, name, asked]);
  const near = useStudio('insight.lookupPatch', { ...query, scores: false });
  // Scores take a pass of both networks, so that the nearest patches are shown before.
  const [settled] = useDebouncedValue(query, SETTLED_MS);
  const inside = useStudio('insight.lookupPatch', { ...settled, scores: true });
  const found = near.data;
  const isCurrent = !inside.isPlaceholderData && !inside.isFetching && settled === query;
  const scores = scored && isCurrent ? inside.data?.scores : undefined;
  const choose = (patch: Patch) =>
    patch.image === undefined || setAsked({ image: patch.image, row: patch.row, col: patch.col });
  return (
    <>
      <ErrorNotice error={near.error ?? inside.error} />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Section title="Image">
          {found === undefined ? (
            <Text size="sm">Reading…</Text>
          ) : (
            <Stack gap="sm">
              <PatchGrid
                about={about}
                path={found.query.path}
                seen={found.seen}
                chosen={{ row, col }}
                scores={near.isPlaceholderData ? undefined : scores}
                onChoose={(place) => setAsked({ image, ...place })}
              />
              <Group justify="space-between">
                <Text size="sm" truncate title={found.query.path} maw="60%">
                  {pictureName(found.query.path)}, {placeText({ row, col })}
                </Text>
                <Switch
                  label="Scores of the loss"
                  checked={scored}
                  onChange={(event) => setScored(event.currentTarget.checked)}
                />
              </Group>
              {scored ? (
                <Text size="sm" c="dimmed" role="status" mih={40}>
                  {!isCurrent
                    ? 'Computing scores…'
                    : inside.data?.scores === undefined
                      ? 'Only pre-trainings have a teacher to compare with.'
                      : `${scoresText(inside.data.scores, { row, col }, cols)} Temperature ${inside.data.scores.temperature}.`}
                </Text>
              ) : null}
            </Stack>
          )}
          <IndexImages
            id={id}
            name={name}
            chosen={image}
            onChoose={(picked) => setAsked({ image: picked.image, row, col })}
          />
        </Section>
        <Section title="Nearest patches">
          {found === undefined ? null : (
            <>
              <NearPatches patches={found.neighbours} onChoose={choose} />
              <Text size="sm" c="dimmed">
                {`Of other images; ${nearText(found)} Cosine similarity of features after block ${countText(about.layer)}.`}
              </Text>
            </>
          )}
        </Section>
      </SimpleGrid>
      <Vocabulary id={id} name={name} onChoose={choose} />
    </>
  );
}
