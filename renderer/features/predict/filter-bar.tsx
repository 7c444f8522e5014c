/** Which predictions are shown, and in which order. */
import { Group, NativeSelect, NumberInput, Select } from '@mantine/core';
import { defined } from '../../../engine/contract/defined.ts';
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
  const range = defined({ from, to });
  const withClass = defined({ class: chosen });
  /** A field for one end of the range. */
  const bound = (name: 'from' | 'to') => {
    const { [name]: share, ...other } = range;
    return {
      value: share === undefined ? '' : Math.round(share * 1000) / 10,
      onChange: (value: string | number) => {
        const changed = typeof value === 'number' ? { [name]: value / 100 } : {};
        onChange({ ...rest, ...withClass, ...other, ...changed });
      },
      min: 0,
      max: 100,
      clampBehavior: 'strict' as const,
      step: 5,
      maw: '100%',
    };
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
      <NumberInput label="Confidence from, %" w={170} {...bound('from')} />
      <NumberInput label="to, %" aria-label="Confidence to, %" w={110} {...bound('to')} />
    </Group>
  );
}
