/** Which predictions are shown, and in which order. */
import { Group, NativeSelect, NumberInput, Select } from '@mantine/core';
import type { PredictionFilter, PredictionPage } from '../../../engine/contract/studio/index.ts';
import { countText } from '../../ui/format.ts';

/** No class has an empty name. */
const ALL = '';
const ORDERS = [
  { value: 'given', label: 'As they came' },
  { value: 'least', label: 'Least confident first' },
  { value: 'most', label: 'Most confident first' },
] as const;

export function FilterBar(props: {
  readonly page: Pick<PredictionPage, 'classes' | 'counts' | 'all'>;
  readonly filter: PredictionFilter;
  readonly onChange: (filter: PredictionFilter) => void;
}) {
  const { page, filter, onChange } = props;
  const { class: chosen, from, to, order = 'given', ...none } = filter;
  const rest = { ...none, order };
  const range = {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const withClass = chosen === undefined ? {} : { class: chosen };
  const bound = (name: 'from' | 'to') => (value: string | number) => {
    const { [name]: _, ...other } = range;
    const share = typeof value === 'number' ? { [name]: value / 100 } : {};
    onChange({ ...rest, ...withClass, ...other, ...share });
  };
  return (
    <Group align="flex-end" gap="sm" miw={0}>
      <NativeSelect
        label="Order"
        maw="100%"
        data={[...ORDERS]}
        value={order}
        onChange={(event) =>
          onChange({ ...filter, order: event.currentTarget.value as typeof order })
        }
      />
      <Select
        label="Predicted class"
        data={[
          { value: ALL, label: `All classes (${countText(page.all)})` },
          ...page.classes.map((name, i) => ({
            value: name,
            label: `${name} (${countText(page.counts[i] ?? 0)})`,
          })),
        ]}
        value={chosen ?? ALL}
        onChange={(name) =>
          onChange({ ...rest, ...range, ...(name === null || name === ALL ? {} : { class: name }) })
        }
        allowDeselect={false}
        searchable
        limit={200}
        nothingFoundMessage="No class of that name"
        w={240}
        maw="100%"
      />
      <NumberInput
        label="Confidence from, %"
        value={from === undefined ? '' : Math.round(from * 1000) / 10}
        onChange={bound('from')}
        min={0}
        max={100}
        clampBehavior="strict"
        step={5}
        w={170}
        maw="100%"
      />
      <NumberInput
        label="to, %"
        aria-label="Confidence to, %"
        value={to === undefined ? '' : Math.round(to * 1000) / 10}
        onChange={bound('to')}
        min={0}
        max={100}
        clampBehavior="strict"
        step={5}
        w={110}
        maw="100%"
      />
    </Group>
  );
}
