/** The points of a map whose images are excluded from their data set: which they are, and what they mean. */
import { Checkbox, ColorSwatch, Group, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useStudio } from '../../../client/use-studio.ts';
import { useLive } from '../../../state/live.ts';
import { countOf } from '../../../ui/format.ts';
import { exclusionOf } from '../../../ui/image-folders.ts';
import { setsOf } from '../../../ui/sets-of.ts';

const NONE: ReadonlySet<number> = new Set();

/** Rows of a map that are excluded now; none while that is read. */
export function useExcludedRows(map: {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
}) {
  const { id, name, folder } = map;
  const datasets = useLive((state) => state.datasets);
  const { exclude: lists = [] } = exclusionOf(setsOf(datasets, folder));
  const hasAny = lists.length > 0;
  const { data, error } = useStudio(
    'insight.mapExcluded',
    { id, name, lists },
    { enabled: hasAny },
  );
  const rows = hasAny ? data?.rows : undefined;
  const found = useMemo(() => (rows === undefined ? NONE : new Set(rows)), [rows]);
  return { rows: found, error: hasAny ? error : null };
}

/** For the columns of a map with so many points. */
export function hiddenPoints(rows: ReadonlySet<number>, count: number): Uint8Array {
  const hidden = new Uint8Array(count);
  for (const row of rows) hidden[row] = 1;
  return hidden;
}

export function ExcludedLegend(props: {
  readonly images: number;
  readonly isHidden: boolean;
  readonly onHide: (isHidden: boolean) => void;
}) {
  const { images, isHidden, onHide } = props;
  if (images === 0) return null;
  return (
    <Group gap="md">
      <Group gap={4} wrap="nowrap">
        <ColorSwatch size={12} color="rgb(128 128 128 / 43%)" withShadow={false} aria-hidden />
        <Text size="sm">
          {countOf(images, 'image is', 'images are')} excluded from the data set
          {isHidden ? ' and hidden' : ', shown in pale grey'}.
        </Text>
      </Group>
      <Checkbox
        size="xs"
        label="Hide excluded images"
        checked={isHidden}
        onChange={(event) => onHide(event.currentTarget.checked)}
      />
    </Group>
  );
}
