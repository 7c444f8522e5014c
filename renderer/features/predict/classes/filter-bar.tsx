/** Which predictions are shown, and in which order. */
import { Group, NativeSelect, NumberInput } from '@mantine/core';
import { defined } from '../../../../engine/contract/defined.ts';
import type { PredictionFilter, PredictionPage } from '../../../../engine/contract/studio/index.ts';
import { ClassFilter } from '../result/class-filter.tsx';

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
      <ClassFilter
        page={{ ...page, classes: page.classes.map((name) => ({ name })) }}
        chosen={chosen}
        onChoose={(name) => onChange({ ...rest, ...range, ...defined({ class: name }) })}
      />
      <NumberInput label="Confidence from, %" w={170} {...bound('from')} />
      <NumberInput label="to, %" aria-label="Confidence to, %" w={110} {...bound('to')} />
    </Group>
  );
}
