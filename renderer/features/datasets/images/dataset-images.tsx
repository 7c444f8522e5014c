/** The images of a data set, in the order and with the filters that are chosen. */
import { Button, Group, Select, Stack, Title } from '@mantine/core';
import { IconArrowsShuffle, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { Dataset, HealthReport } from '../../../../engine/contract/studio/index.ts';
import { termOf } from '../../../../engine/contract/terms.ts';
import { FIRST_VIEW } from '../../../ui/label-overlay/label-overlay.tsx';
import { OverlayControls } from '../../../ui/label-overlay/overlay-controls.tsx';
import { activeFilters, type ImageFilter } from './image-filter.ts';
import { ImageGrid } from './image-grid.tsx';

const ORDERS = {
  shuffled: 'Shuffled',
  class: 'By class',
  path: 'By folder',
} as const;
type Order = keyof typeof ORDERS;

interface ImagesProps {
  readonly dataset: Dataset;
  readonly report: HealthReport;
  readonly filter: ImageFilter;
  readonly onFilter: (filter: ImageFilter) => void;
}

export function DatasetImages(props: ImagesProps) {
  const { dataset, report, filter, onFilter } = props;
  const without = (key: keyof ImageFilter) => {
    const { [key]: _, ...rest } = filter;
    onFilter(rest);
  };
  const [view, setView] = useState(FIRST_VIEW);
  const controls = <OverlayControls view={view} onChange={setView} hasAreas />;
  const overlay = report.dense === undefined ? undefined : { view, controls };
  return (
    <Stack gap="sm" component="section" aria-label="Images of the data set" miw={0}>
      <Group justify="space-between" align="flex-end" gap="sm">
        <Title order={2} size="h4">
          Images
        </Title>
        <Group gap="sm">
          {overlay?.controls}
          <Choices {...props} />
        </Group>
      </Group>
      <Group gap="xs">
        {activeFilters(filter, report).map(({ key, text }) => (
          <Button
            key={key}
            size="xs"
            variant="default"
            maw="100%"
            rightSection={<IconX size={14} aria-hidden />}
            aria-label={`Remove the filter: ${text}`}
            onClick={() => without(key)}
          >
            {text}
          </Button>
        ))}
      </Group>
      <ImageGrid
        key={dataset.id}
        id={dataset.id}
        filter={filter}
        tiles={report.tiles}
        overlay={overlay}
      />
    </Stack>
  );
}

function Choices({ report, filter, onFilter }: ImagesProps) {
  const orders = (Object.keys(ORDERS) as Order[]).filter(
    (order) => order !== 'class' || report.classes !== undefined,
  );
  const { show = 'all', order = 'path', seed = 0 } = filter;
  const { show: _, ...withoutShow } = filter;
  const { order: __, seed: ___, ...withoutOrder } = filter;
  return (
    <>
      {report.classes === undefined ? null : (
        <Select
          aria-label="Class"
          placeholder="All classes"
          data={report.classes.map(({ name }) => name)}
          value={filter.class ?? null}
          onChange={(name) => {
            const { class: ____, ...rest } = filter;
            onFilter(name === null ? rest : { ...rest, class: name });
          }}
          searchable
          clearable
          limit={100}
          w={180}
        />
      )}
      {report.duplicates.groups > 0 ? (
        <Select
          aria-label="Which images"
          data={[
            { value: 'all', label: 'All images' },
            { value: 'duplicates', label: termOf('duplicates') },
          ]}
          value={show}
          onChange={(value) =>
            onFilter(value === 'duplicates' ? { ...filter, show: value } : withoutShow)
          }
          allowDeselect={false}
          w={140}
        />
      ) : null}
      <Select
        aria-label="Order"
        data={orders.map((value) => ({ value, label: ORDERS[value] }))}
        value={order}
        onChange={(value) =>
          onFilter(
            value === 'shuffled' || value === 'class'
              ? { ...withoutOrder, order: value }
              : withoutOrder,
          )
        }
        allowDeselect={false}
        w={140}
      />
      {order === 'shuffled' ? (
        <Button
          variant="default"
          leftSection={<IconArrowsShuffle size={18} aria-hidden />}
          onClick={() => onFilter({ ...filter, seed: seed + 1 })}
        >
          Shuffle
        </Button>
      ) : null}
    </>
  );
}
