/** A map with its colours, the chosen image with similar ones, outliers and near copies. */
import { Select, SimpleGrid, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { MapAbout, MapImage, MapPoints } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { ChosenImage } from './chosen-image.tsx';
import { pixelColour } from './draw-points.ts';
import { ExcludedLegend, hiddenPoints, useExcludedRows } from './excluded-points.tsx';
import { ImageList } from './image-list.tsx';
import { LabelLegend, labelledBy, useLabelChoices } from './label-colours.tsx';
import { MapCanvas } from './map-canvas.tsx';
import {
  COLOUR_COLUMNS,
  type ColourColumn,
  coloursOf,
  decoded,
  EXCLUDED,
  groupColours,
  largest,
} from './point-colours.ts';
import { SearchByImage } from './search-by-image.tsx';
import type { Naming } from './selection.ts';
import { SelectionPanel } from './selection-panel.tsx';

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
  const { rows: excluded, error: excludedError } = useExcludedRows({ id, name, folder });
  const [isHidden, setHidden] = useState(false);
  const places = useMemo(
    () => ({
      count: points.count,
      x: decoded(points.columns.x),
      y: decoded(points.columns.y),
    }),
    [points],
  );
  const columns = useMemo(
    () => (isHidden ? { ...places, hidden: hiddenPoints(excluded, places.count) } : places),
    [places, excluded, isHidden],
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
    for (const row of excluded) all[row] = EXCLUDED;
    for (const row of selected) all[row] = SELECTED;
    return all;
  }, [points, by, dataset, labelled, excluded, selected]);
  const select = (rows: readonly number[], toggles: boolean) =>
    setSelected((known) => {
      if (!toggles) return rows;
      const others = known.filter((row) => !rows.includes(row));
      return others.length === known.length ? [...known, ...rows] : others;
    });
  const outliers = useMemo(
    () => largest(points.columns.outlier, LISTED, excluded),
    [points, excluded],
  );
  const copies = useMemo(
    () => largest(points.columns.similarity, LISTED, excluded),
    [points, excluded],
  );
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
        <ExcludedLegend images={excluded.size} isHidden={isHidden} onHide={setHidden} />
        <ErrorNotice error={(dataset === undefined ? null : labels.error) ?? excludedError} />
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <MapCanvas
            id={id}
            name={name}
            columns={columns}
            excluded={excluded}
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
            <ChosenImage
              id={id}
              name={name}
              row={chosen}
              excluded={excluded}
              onChoose={setChosen}
            />
          )}
        </SimpleGrid>
        <SelectionPanel
          id={id}
          about={about}
          rows={selected}
          excluded={excluded}
          naming={naming}
          onName={setNaming}
          onClear={() => setSelected([])}
        />
      </Section>
      <SearchByImage id={id} name={name} excluded={excluded} onChoose={setChosen} />
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
