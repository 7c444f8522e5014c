/** A map with its colours, the chosen image with similar ones, outliers and near copies. */
import { Group, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { MapAbout, MapImage, MapPoints } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { countText } from '../../../ui/format.ts';
import { pictureName } from '../../../ui/picture-name.ts';
import { Section } from '../../../ui/section.tsx';
import { Thumbnail } from '../../../ui/thumbnail.tsx';
import { pixelColour } from './draw-points.ts';
import { ImageList } from './image-list.tsx';
import { LabelLegend, labelledBy, useLabelChoices } from './label-colours.tsx';
import { MapCanvas } from './map-canvas.tsx';
import {
  COLOUR_COLUMNS,
  type ColourColumn,
  coloursOf,
  decoded,
  groupColours,
  largest,
} from './point-colours.ts';
import type { Naming } from './selection.ts';
import { SelectionPanel } from './selection-panel.tsx';

const SIMILAR = 24;
const SELECTED = pixelColour([255, 120, 0]);
const LISTED = 24;

export function MapView(props: { readonly id: string; readonly about: MapAbout }) {
  const { id, about } = props;
  const { name } = about;
  const { data, error } = useStudio('insight.mapPoints', { id, name });
  return (
    <>
      <ErrorNotice error={error} />
      {data === undefined ? (
        <Text role="status">Reading the map…</Text>
      ) : (
        <Points id={id} about={about} points={data} />
      )}
    </>
  );
}

function Points(props: {
  readonly id: string;
  readonly about: MapAbout;
  readonly points: MapPoints;
}) {
  const { id, about, points } = props;
  const { name, folder } = about;
  const [by, setBy] = useState<string>('cluster');
  const labelChoices = useLabelChoices();
  const dataset = labelledBy(by);
  const labels = useStudio(
    'insight.mapClasses',
    { id, name, dataset: dataset ?? '' },
    { enabled: dataset !== undefined },
  );
  const labelled = dataset === undefined ? undefined : labels.data;
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const columns = useMemo(
    () => ({
      count: points.count,
      x: decoded(points.columns.x),
      y: decoded(points.columns.y),
    }),
    [points],
  );
  const [selected, setSelected] = useState<readonly number[]>([]);
  const [naming, setNaming] = useState<Naming>({ labels: new Map() });
  const colours = useMemo(() => {
    const all =
      dataset === undefined
        ? coloursOf(points.columns, by as ColourColumn)
        : labelled === undefined
          ? new Uint32Array(points.count)
          : groupColours(decoded(labelled.column));
    for (const row of selected) all[row] = SELECTED;
    return all;
  }, [points, by, dataset, labelled, selected]);
  const select = (rows: readonly number[], toggles: boolean) =>
    setSelected((known) => {
      if (!toggles) return rows;
      const others = known.filter((row) => !rows.includes(row));
      return others.length === known.length ? [...known, ...rows] : others;
    });
  const outliers = useMemo(() => largest(points.columns.outlier, LISTED), [points]);
  const copies = useMemo(() => largest(points.columns.similarity, LISTED), [points]);
  const listed = useStudio('insight.mapImages', { id, name, rows: [...outliers, ...copies] });
  const imagesOf = (rows: readonly number[], textOf: (image: MapImage) => string) =>
    rows.flatMap((row) => {
      const image = listed.data?.items.find((item) => item.row === row);
      return image === undefined ? [] : [{ ...image, text: textOf(image) }];
    });
  return (
    <>
      <Section
        title="Map"
        actions={
          <Select
            aria-label="Colour by"
            allowDeselect={false}
            data={[...COLOUR_COLUMNS.map(([value, label]) => ({ value, label })), ...labelChoices]}
            value={by}
            onChange={(value) => setBy(value ?? 'cluster')}
          />
        }
      >
        {labelled === undefined ? null : <LabelLegend found={labelled} />}
        <ErrorNotice error={dataset === undefined ? null : labels.error} />
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <MapCanvas
            id={id}
            name={name}
            columns={columns}
            colours={colours}
            chosen={chosen}
            onChoose={setChosen}
            onSelect={select}
          />
          {chosen === undefined ? (
            <Text size="sm" c="dimmed">
              Click a point, or press an arrow key on the map, to see its image and those that are
              most similar by features. Zoom in until pictures take the place of points.
            </Text>
          ) : (
            <Chosen id={id} name={name} row={chosen} onChoose={setChosen} />
          )}
        </SimpleGrid>
        <SelectionPanel
          id={id}
          name={name}
          folder={folder}
          rows={selected}
          naming={naming}
          onName={setNaming}
          onClear={() => setSelected([])}
        />
      </Section>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Section title="Outliers">
          <ImageList
            label="Least like their neighbours; score 1 − mean similarity"
            images={imagesOf(outliers, ({ outlier }) => outlier.toFixed(3))}
            onChoose={setChosen}
          />
        </Section>
        <Section title="Near duplicates by features">
          <ImageList
            label="Most similar to another image; its cosine similarity"
            images={imagesOf(copies, ({ similarity }) => similarity.toFixed(4))}
            onChoose={setChosen}
          />
        </Section>
      </SimpleGrid>
    </>
  );
}

function Chosen(props: {
  readonly id: string;
  readonly name: string;
  readonly row: number;
  readonly onChoose: (row: number) => void;
}) {
  const { id, name, row, onChoose } = props;
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
          text: found.score.toFixed(3),
        }))}
        onChoose={onChoose}
      />
    </Stack>
  );
}
