/** The form to evaluate features by nearest neighbours. */
import { NumberInput, SimpleGrid } from '@mantine/core';
import { useLocation } from 'wouter';
import { CopyCommand } from '../../../../ui/copy-command.tsx';
import { DeviceSelect } from '../../../../ui/device-select.tsx';
import { LabelledSelect } from '../../../../ui/labelled-select.tsx';
import { SubmitJob } from '../../../../ui/submit-job.tsx';
import { changeFinetuneDraft, knnRequest, useFinetuneDraft } from '../../draft.ts';
import { FormFrame, missingOf } from '../../form-frame.tsx';
import { NetworkChoice } from '../../network-choice.tsx';

const MOST_NEIGHBOURS = 1000;

export function KnnForm() {
  const [, navigate] = useLocation();
  const draft = useFinetuneDraft();
  const request = knnRequest(draft);
  const missing = missingOf([
    [request.from !== '', 'Choose a network.'],
    [request.from !== 'scratch', 'Choose a network that was trained.'],
    [request.train !== '', 'Choose a reference set.'],
    [request.val !== '', 'Choose a validation set.'],
  ]);
  return (
    <FormFrame about="Each image gets the class of its nearest neighbours in the features of the network. Nothing is trained, so this shows within minutes how good the features are.">
      <NetworkChoice label="Network" />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <LabelledSelect
          label="Reference set"
          value={draft.train}
          onChange={(train) => changeFinetuneDraft({ train })}
        />
        <LabelledSelect
          label="Validation set"
          value={draft.val}
          onChange={(val) => changeFinetuneDraft({ val })}
        />
        <NumberInput
          label="Neighbours (k)"
          description="Results for other numbers are shown as well."
          value={draft.neighbours}
          min={1}
          max={MOST_NEIGHBOURS}
          onChange={(typed) => {
            const neighbours = Math.round(Number(typed));
            if (neighbours >= 1) changeFinetuneDraft({ neighbours });
          }}
        />
        <DeviceSelect value={draft.device} onChange={(device) => changeFinetuneDraft({ device })} />
      </SimpleGrid>
      <SubmitJob
        request={missing === undefined ? request : undefined}
        label="Evaluate the features"
        missing={missing}
        onSubmitted={({ id }) => navigate(`/finetune/results/${id}`)}
      />
      {missing === undefined ? <CopyCommand request={request} /> : null}
    </FormFrame>
  );
}
