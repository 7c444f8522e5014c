/** Judging a classifier on labelled images. */
import { SimpleGrid } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { RequestOf } from '../../../engine/contract/studio/index.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { DeviceSelect } from '../../ui/device-select.tsx';
import { LabelledSelect } from '../../ui/labelled-select.tsx';
import { ModelSelect } from '../../ui/model-select.tsx';
import { SubmitJob } from '../../ui/submit-job.tsx';
import { FormFrame, missingOf } from './form-frame.tsx';

export function EvaluateForm({ model }: { readonly model: string }) {
  const [, navigate] = useLocation();
  const [classifier, setClassifier] = useState(model);
  const [data, setData] = useState('');
  const [device, setDevice] = useState('auto');
  const request: RequestOf<'evaluate'> = {
    kind: 'evaluate',
    model: classifier.trim(),
    data: data.trim(),
    device,
  };
  const missing = missingOf([
    [request.model !== '', 'Choose a classifier.'],
    [request.data !== '', 'Choose labelled images to judge on.'],
  ]);
  return (
    <FormFrame about="How often the classifier is right, with intervals; which classes it mixes up; and its most confident mistakes as pictures. Judge on images that it has never seen.">
      <SimpleGrid cols={{ base: 1, md: 3 }}>
        <ModelSelect
          label="Classifier"
          value={classifier}
          onChange={setClassifier}
          kind="classifier"
        />
        <LabelledSelect label="Judge on" value={data} onChange={setData} />
        <DeviceSelect value={device} onChange={setDevice} />
      </SimpleGrid>
      <SubmitJob
        request={missing === undefined ? request : undefined}
        label="Evaluate"
        missing={missing}
        onSubmitted={({ id }) => navigate(`/finetune/results/${id}`)}
      />
      {missing === undefined ? <CopyCommand request={request} /> : null}
    </FormFrame>
  );
}
