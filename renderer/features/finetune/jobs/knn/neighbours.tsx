/** Query images of a kNN job with their nearest neighbours. */
import { Button, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { NeighbourQuery } from '../../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../../client/use-studio.ts';
import { countText, percentText } from '../../../../ui/format.ts';
import { Lightbox } from '../../../../ui/lightbox/lightbox.tsx';
import type { Picture } from '../../../../ui/lightbox/picture.ts';
import { pictureName } from '../../../../ui/picture-name.ts';
import { Section } from '../../../../ui/section.tsx';
import { Thumbnail } from '../../../../ui/thumbnail.tsx';
import classes from './neighbours.module.css';

const PAGE = 10;
const SIDE = 160;

export function Neighbours({ job }: { readonly job: string }) {
  const [offset, setOffset] = useState(0);
  const { data } = useStudio('evaluations.neighbours', { job, offset, count: PAGE });
  const [pictures, setPictures] = useState<readonly Picture[]>([]);
  const [at, setAt] = useState<number | undefined>(undefined);
  // Jobs of earlier versions have none.
  if (data === undefined) return null;
  const { total, wrong, images, queries } = data;
  const last = Math.min(total, offset + PAGE);
  return (
    <Section title="Nearest neighbours">
      <Text size="sm" c="dimmed">
        Wrong predictions first ({countText(wrong)} of {countText(images)}), then the least certain
        ones. Under each neighbour: its class and the cosine similarity.
      </Text>
      <Stack gap="lg">
        {queries.map((query) => (
          <Query
            key={query.path}
            query={query}
            onOpen={(position) => {
              setPictures(picturesOf(query));
              setAt(position);
            }}
          />
        ))}
      </Stack>
      <Group>
        <Button
          variant="default"
          disabled={offset === 0}
          onClick={() => setOffset(Math.max(0, offset - PAGE))}
        >
          Previous
        </Button>
        <Text size="sm" role="status">
          {countText(offset + 1)} to {countText(last)} of {countText(total)}
        </Text>
        <Button variant="default" disabled={last >= total} onClick={() => setOffset(last)}>
          Next
        </Button>
      </Group>
      <Lightbox
        count={pictures.length}
        at={at}
        picture={at === undefined ? undefined : pictures[at]}
        onMove={setAt}
        onClose={() => setAt(undefined)}
      />
    </Section>
  );
}

function Query(props: {
  readonly query: NeighbourQuery;
  readonly onOpen: (position: number) => void;
}) {
  const { query, onOpen } = props;
  const { path, actual, predicted, confidence, neighbours, missing } = query;
  return (
    <div className={classes['query']!}>
      <UnstyledButton className={classes['asked']!} onClick={() => onOpen(0)}>
        <Thumbnail path={path} side={SIDE} alt={pictureName(path)} missing={missing} />
        <Text component="span" display="block" size="sm">
          Actual <b>{actual}</b>
        </Text>
        <Text component="span" display="block" size="sm">
          Predicted <b>{predicted}</b>, {percentText(confidence, 0)}
        </Text>
      </UnstyledButton>
      <ul className={`plain-list ${classes['neighbours']}`}>
        {neighbours.map(({ path: near, label, similarity, missing: gone }, i) => (
          <li key={near} className={classes['neighbour']!}>
            <UnstyledButton w="100%" onClick={() => onOpen(i + 1)}>
              <Thumbnail path={near} side={SIDE} alt={pictureName(near)} missing={gone} />
              <Text component="span" display="block" size="xs" truncate title={label}>
                {label === actual ? label : <b>{label}</b>}
              </Text>
              <Text component="span" display="block" size="xs">
                {similarity.toFixed(2)}
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </div>
  );
}

function picturesOf({ path, actual, predicted, neighbours }: NeighbourQuery): Picture[] {
  return [
    { path, caption: `actual ${actual}, predicted ${predicted}` },
    ...neighbours.map(({ path: near, label, similarity }) => ({
      path: near,
      caption: `class ${label}, similarity ${similarity.toFixed(2)}`,
    })),
  ];
}
