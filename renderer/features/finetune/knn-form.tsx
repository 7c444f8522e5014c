/** Judging features without any training. */
import { NumberInput, SimpleGrid } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { RequestOf } from '../../../engine/contract/studio/index.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { DeviceSelect } from '../../ui/device-select.tsx';
import { LabelledSelect } from '../../ui/labelled-select.tsx';
import { ModelSelect } from '../../ui/model-select.tsx';
import { SubmitJob } from '../../ui/submit-job.tsx';
import { FormFrame, missingOf } from './form-frame.tsx';

const K = 20;

export function KnnForm({ model }: { readonly model: string }) {
  const [, navigate] = useLocation();
  const [from, setFrom] = useState(model);
  const [train, setTrain] = useState('');
  const [val, setVal] = useState('');
  const [k, setK] = useState(K);
  const [device, setDevice] = useState('auto');
  const request: RequestOf<'knn'> = {
    kind: 'knn',
    from: from.trim(),
    train: train.trim(),
    val: val.trim(),
    ...{ k, device },
  };
  const missing = missingOf([
    [request.from !== '', 'Choose a network.'],
    [request.train !== '', 'Choose labelled images whose labels vote.'],
    [request.val !== '', 'Choose labelled images to judge on.'],
  ]);
  return (
    <FormFrame about="Each image takes the class of the images that look most alike to the network. Nothing is trained, so this tells within a minute how good its features are.">
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        <ModelSelect label="Network" value={from} onChange={setFrom} />
        <LabelledSelect label="Labels that vote" value={train} onChange={setTrain} />
        <LabelledSelect label="Judge on" value={val} onChange={setVal} />
        <NumberInput
          label="Neighbours that vote"
          description="Others are shown beside it."
          value={k}
          min={1}
          max={1000}
          onChange={(count) => setK(Math.max(1, Math.round(Number(count)) || K))}
        />
        <DeviceSelect value={device} onChange={setDevice} />
      </SimpleGrid>
      <SubmitJob
        request={missing === undefined ? request : undefined}
        label="Judge"
        missing={missing}
        onSubmitted={({ id }) => navigate(`/finetune/results/${id}`)}
      />
      {missing === undefined ? <CopyCommand request={request} /> : null}
    </FormFrame>
  );
}
