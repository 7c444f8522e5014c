/** Both augmented views and the mask, on the user's own images. */
import { Button, Group, Loader, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { RequestOf, View } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { percentText } from '../../ui/format.ts';
import classes from './pretrain.module.css';

const SHOWN = 6;

export function ViewsPreview({
  request,
  ready,
}: {
  readonly request: RequestOf<'pretrain'>;
  readonly ready: boolean;
}) {
  const [draw, setDraw] = useState(0);
  const { folders, recipe, settings } = request;
  const input = { folders, recipe: recipe ?? '', settings, count: SHOWN, draw };
  const { data, error, isFetching, refetch } = useStudio('datasets.preview', input, {
    enabled: ready,
  });
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" maw={720}>
          On the left what the teacher sees: the whole crop, its colours changed. On the right what
          the student sees: the same crop, most of it hidden. For each hidden piece it must find the
          place that the teacher saw.
        </Text>
        <Button
          variant="default"
          size="xs"
          disabled={!ready}
          onClick={() => setDraw((value) => value + 1)}
        >
          Another draw
        </Button>
      </Group>
      {error === null ? null : <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined ? (
        isFetching ? (
          <Loader aria-label="Preparing the pictures" />
        ) : (
          <Text c="dimmed">Choose images and a valid recipe to see them as the network does.</Text>
        )
      ) : (
        <SimpleGrid cols={{ base: 2, md: 3, xl: 6 }} aria-busy={isFetching}>
          {data.map((view) => (
            <Pair key={`${view.path} ${draw}`} view={view} />
          ))}
        </SimpleGrid>
      )}
    </Stack>
  );
}

function Pair({ view }: { readonly view: View }) {
  const { path, width, height, student, teacher, mask, rows, cols } = view;
  const hidden = mask.filter(Boolean).length / mask.length;
  const name = path.split(/[\\/]/).at(-1);
  const shape = {
    aspectRatio: `${width} / ${height}`,
    imageRendering: Math.max(width, height) <= 96 ? ('pixelated' as const) : ('auto' as const),
  };
  return (
    <figure style={{ margin: 0 }}>
      <Group gap={4} wrap="nowrap" grow>
        <div className={classes['view']!} style={shape}>
          <img
            className={classes['picture']!}
            src={teacher}
            alt={`${name} as the teacher sees it`}
          />
        </div>
        <div className={classes['view']!} style={shape}>
          <img
            className={classes['picture']!}
            src={student}
            alt={`${name} as the student sees it`}
          />
          <div
            className={classes['mask']!}
            aria-hidden
            style={{
              gridTemplateColumns: `repeat(${cols}, 1fr)`,
              gridTemplateRows: `repeat(${rows}, 1fr)`,
            }}
          >
            {mask.map((isHidden, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a patch is its place
              <div key={i} className={isHidden ? classes['hidden'] : undefined} />
            ))}
          </div>
        </div>
      </Group>
      <Text component="figcaption" size="xs" c="dimmed" truncate>
        {name}, {percentText(hidden, 0)} hidden
      </Text>
    </figure>
  );
}
