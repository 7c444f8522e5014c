/** A preview of both augmented views and the mask on the user's images. */
import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { View } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { countText } from '../../ui/format.ts';
import classes from './pretrain.module.css';

const SHOWN = 6;
/** All settings that matter are given; the recipe only provides the others. */
const RECIPE = 'micro';
/** Delay between typing and a new preview, ms. */
const DEBOUNCE_MS = 350;

export function ViewsPreview(props: {
  readonly folders: readonly string[];
  /** Lists of images that are left out. */
  readonly exclude?: readonly string[] | undefined;
  /** The settings that affect the preview; undefined where they are not known. */
  readonly settings: Readonly<Record<string, string>> | undefined;
  readonly ready: boolean;
}) {
  const { folders, exclude, settings, ready } = props;
  const [draw, setDraw] = useState(0);
  const asked = JSON.stringify({ folders, exclude, settings: settings ?? {} });
  const [rested] = useDebouncedValue(asked, DEBOUNCE_MS);
  const { data, error, isFetching, refetch } = useStudio(
    'datasets.preview',
    { ...(JSON.parse(rested) as AskedViews), recipe: RECIPE, count: SHOWN, draw },
    { enabled: ready && settings !== undefined && rested === asked },
  );
  if (settings === undefined)
    return (
      <Text c="dimmed">The recipe of a continuation package is known only after the start.</Text>
    );
  return (
    <Stack>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="sm" maw={820}>
          Two views of one crop: left the teacher’s, perturbed as the recipe says; right the
          student’s, with masked patches (hatched), each of which it learns to match with the
          teacher’s.
        </Text>
        <Button
          variant="default"
          size="xs"
          flex="none"
          disabled={!ready}
          onClick={() => setDraw((value) => value + 1)}
        >
          Another draw
        </Button>
      </Group>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {data === undefined ? (
        <Text c="dimmed" role="status">
          {isFetching ? 'Preparing the preview …' : 'Choose images and a valid recipe.'}
        </Text>
      ) : (
        <SimpleGrid cols={{ base: 2, md: 3 }} spacing="lg" aria-busy={isFetching}>
          {data.map((view, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same image may be drawn twice
            <Pair key={`${view.path} ${i}`} view={view} />
          ))}
        </SimpleGrid>
      )}
    </Stack>
  );
}

interface AskedViews {
  readonly folders: string[];
  readonly exclude?: string[];
  readonly settings: Record<string, string>;
}

function Pair({ view }: { readonly view: View }) {
  const { path, width, height, student, teacher, mask, rows, cols } = view;
  const hidden = mask.filter(Boolean).length;
  // The folder is included, since images of different classes often have the same names.
  const name = path.split(/[\\/]/).slice(-2).join('/');
  const shape = {
    aspectRatio: `${width} / ${height}`,
    imageRendering: Math.max(width, height) <= 96 ? ('pixelated' as const) : ('auto' as const),
  };
  return (
    <figure className={classes['pair']!}>
      <div className={classes['views']!}>
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
            alt={`${name} as the student sees it, ${hidden} of ${mask.length} patches masked`}
          />
          <Mask mask={mask} rows={rows} cols={cols} />
        </div>
      </div>
      <Text component="figcaption" size="xs" c="dimmed">
        {name}: {countText(hidden)} of {countText(mask.length)} patches masked
      </Text>
    </figure>
  );
}

/** All masked patches as one SVG path, since there may be thousands. */
function Mask({ mask, rows, cols }: Pick<View, 'mask' | 'rows' | 'cols'>) {
  const squares = mask
    .flatMap((isHidden, i) => (isHidden ? [`M${i % cols} ${Math.floor(i / cols)}h1v1h-1z`] : []))
    .join('');
  return (
    <svg
      className={classes['mask']!}
      viewBox={`0 0 ${cols} ${rows}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      <defs>
        <pattern id="hatch" width="0.25" height="0.25" patternUnits="userSpaceOnUse">
          <rect width="0.25" height="0.25" fill="#55585d" />
          <path d="M0 0.25L0.25 0" stroke="#7b8087" strokeWidth="0.06" />
        </pattern>
      </defs>
      <path d={squares} fill="url(#hatch)" />
    </svg>
  );
}
