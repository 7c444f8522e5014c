/** The chosen image of a map, and those that are most similar to it by features. */
import { Group, Stack, Text } from '@mantine/core';
import { useStudio } from '../../../client/use-studio.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { countText } from '../../../ui/format.ts';
import { pictureName } from '../../../ui/picture-name.ts';
import { Thumbnail } from '../../../ui/thumbnail.tsx';
import { ImageList } from './image-list.tsx';

const SIMILAR = 24;

export function ChosenImage(props: {
  readonly id: string;
  readonly name: string;
  readonly row: number;
  readonly excluded: ReadonlySet<number>;
  readonly onChoose: (row: number) => void;
}) {
  const { id, name, row, excluded, onChoose } = props;
  const own = useStudio('insight.mapImages', { id, name, rows: [row] });
  const similar = useStudio('insight.mapSimilar', { id, name, row, k: SIMILAR });
  const image = own.data?.items[0];
  return (
    <Stack gap="sm">
      <ErrorNotice error={own.error ?? similar.error} />
      {image === undefined ? null : (
        <Group wrap="nowrap" align="flex-start">
          <div style={{ width: 160, flex: 'none' }}>
            <Thumbnail key={image.path} path={image.path} side={320} />
          </div>
          <Stack gap={2} miw={0}>
            <Text fw={600} role="status">
              {pictureName(image.path)}
            </Text>
            <Text size="sm">
              {countText(image.width)} × {countText(image.height)}, folder {image.folder}, cluster{' '}
              {image.cluster + 1}
            </Text>
            <Text size="sm">Outlier score {image.outlier.toFixed(3)}</Text>
            {excluded.has(image.row) ? (
              <Text size="sm">Excluded from the data set; S selects it to take it back.</Text>
            ) : null}
            <Text size="xs" c="dimmed">
              {image.path}
            </Text>
          </Stack>
        </Group>
      )}
      <ImageList
        label="More like this"
        images={(similar.data?.items ?? []).map((found) => ({
          ...found,
          text: `${found.score.toFixed(3)}${excluded.has(found.row) ? ', excluded' : ''}`,
        }))}
        onChoose={onChoose}
      />
    </Stack>
  );
}
