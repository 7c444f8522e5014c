/** What a classifier mixes up: every pair as a table, then all at once. */
import { Select, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Evaluation } from '../../../engine/contract/studio/index.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { countText, percentText } from '../../ui/format.ts';
import { Section } from '../../ui/section.tsx';
import { ConfusionMatrix } from './confusion-matrix.tsx';
import { type Confused, mostConfused } from './evaluation-text.ts';

const COLUMNS: readonly Column<Confused>[] = [
  { label: 'Actual', sort: ({ truth }) => truth, cell: ({ truth }) => truth },
  { label: 'Predicted', sort: ({ said }) => said, cell: ({ said }) => said },
  {
    label: 'Images',
    number: true,
    sort: ({ images }) => images,
    cell: ({ images }) => countText(images),
  },
  {
    label: 'Share of the class',
    number: true,
    sort: ({ share }) => share,
    cell: ({ share }) => percentText(share),
  },
];

/** So many classes of one choice are drawn; typing finds the others. */
const LISTED = 100;

export function Confusions({ evaluation }: { readonly evaluation: Evaluation }) {
  const [of, setOf] = useState<string | null>(null);
  const pairs = useMemo(() => mostConfused(evaluation, of), [evaluation, of]);
  const nothing = of === null && pairs.length === 0;
  return (
    <Section title="Confusion matrix">
      {nothing ? (
        <Text>Every image was classified correctly.</Text>
      ) : (
        <>
          <Select
            label="Only of one class"
            placeholder="All classes"
            data={[...evaluation.classes]}
            value={of}
            onChange={setOf}
            searchable
            clearable
            limit={LISTED}
            maw={320}
          />
          {pairs.length === 0 ? (
            <Text role="status">{of} is not confused with any class.</Text>
          ) : (
            <DataTable
              label="Confused pairs of classes"
              columns={COLUMNS}
              rows={pairs}
              rowKey={({ truth, said }) => JSON.stringify([truth, said])}
              height={330}
            />
          )}
        </>
      )}
      <ConfusionMatrix evaluation={evaluation} />
    </Section>
  );
}
