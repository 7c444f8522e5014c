/** The confused pairs of classes as a table, and the confusion matrix. */
import { Select, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ClassifierEvaluation } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { countColumn, shareColumn } from '../../ui/columns.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { countOf, countText } from '../../ui/format.ts';
import { Section } from '../../ui/section.tsx';
import { ImagesButton } from '../evaluated-images.tsx';
import { ConfusionMatrix } from './confusion-matrix.tsx';
import { type Confused, mostConfused } from './evaluation-text.ts';

const COLUMNS: readonly Column<Confused>[] = [
  { label: termOf('actual'), sort: ({ actual }) => actual, cell: ({ actual }) => actual },
  {
    label: termOf('predicted'),
    sort: ({ predicted }) => predicted,
    cell: ({ predicted }) => predicted,
  },
  {
    ...countColumn<Confused>('Images', ({ images }) => images),
    cell: ({ actual, predicted, images }) => (
      <ImagesButton
        choice={{ actual, predicted }}
        images={images}
        label={`${countOf(images, 'image')}: actual ${actual}, predicted ${predicted}`}
      >
        {countText(images)}
      </ImagesButton>
    ),
  },
  shareColumn('Share of the class', ({ share }) => share),
];

/** Maximum number of listed classes; a search finds the others. */
const LISTED = 100;

export function Confusions({ evaluation }: { readonly evaluation: ClassifierEvaluation }) {
  const [of, setOf] = useState<string | null>(null);
  const pairs = useMemo(() => mostConfused(evaluation, of), [evaluation, of]);
  const nothing = of === null && pairs.length === 0;
  return (
    <Section title={termOf('confusionMatrix')}>
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
              rowKey={({ actual, predicted }) => JSON.stringify([actual, predicted])}
              height={330}
            />
          )}
        </>
      )}
      <ConfusionMatrix evaluation={evaluation} />
    </Section>
  );
}
