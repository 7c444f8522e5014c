/** The form to evaluate features by nearest neighbours. */
import { NumberInput, SimpleGrid } from '@mantine/core';
import { termOf } from '../../../../../engine/contract/terms.ts';
import { changeFinetuneDraft, useFinetuneDraft } from '../../draft.ts';
import { ComputeFields, FormFrame, SetField, StartJob } from '../../form-frame.tsx';
import { NetworkChoice } from '../../network-choice.tsx';
import { knnRequest } from './request.ts';

const MOST_NEIGHBOURS = 1000;

export function KnnForm() {
  const draft = useFinetuneDraft();
  const request = knnRequest(draft);
  const needs = [
    [request.from !== '', 'Choose a network.'],
    [request.from !== 'scratch', 'Choose a network that was trained.'],
    [request.train !== '', 'Choose a reference set.'],
    [request.val !== '', 'Choose a validation set.'],
  ] as const;
  return (
    <FormFrame about="Evaluates features without training: each image gets the class of its nearest neighbours (kNN).">
      <NetworkChoice label="Network" />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <SetField field="train" label={termOf('referenceSet')} />
        <SetField field="val" label={termOf('validationSet')} />
        <NumberInput
          label="Neighbours (k)"
          description="Results for other k are shown too."
          value={draft.neighbours}
          min={1}
          max={MOST_NEIGHBOURS}
          onChange={(typed) => {
            const neighbours = Math.round(Number(typed));
            if (neighbours >= 1) changeFinetuneDraft({ neighbours });
          }}
        />
        <ComputeFields />
      </SimpleGrid>
      <StartJob request={request} label="Evaluate the features" needs={needs} />
    </FormFrame>
  );
}
