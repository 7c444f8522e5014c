/** The form to evaluate a classifier on labelled images. */
import { SimpleGrid, Stack } from '@mantine/core';
import { useLocation } from 'wouter';
import { useStudio } from '../../client/use-studio.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { DeviceSelect } from '../../ui/device-select.tsx';
import { LabelledSelect } from '../../ui/labelled-select.tsx';
import { ModelSelect } from '../../ui/model-select.tsx';
import { SubmitJob } from '../../ui/submit-job.tsx';
import { WhichNetwork } from '../../ui/which-network.tsx';
import { changeFinetuneDraft, evaluateRequest, useFinetuneDraft } from './draft.ts';
import { FormFrame, missingOf } from './form-frame.tsx';

export function EvaluateForm() {
  const [, navigate] = useLocation();
  const draft = useFinetuneDraft();
  const { data } = useStudio('models.list', {});
  const model = data?.find(({ reference }) => reference === draft.classifier);
  const request = evaluateRequest(draft);
  const missing = missingOf([
    [request.model !== '', 'Choose a classifier.'],
    [request.data !== '', 'Choose a validation set.'],
  ]);
  const step = draft.classifierStep;
  return (
    <FormFrame about="The accuracy of the classifier with intervals, its confusion matrix, and its most confident mistakes as images. Use a validation set that it has never seen.">
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack gap="sm">
          <ModelSelect
            label="Classifier"
            value={draft.classifier}
            onChange={(classifier) =>
              changeFinetuneDraft({ classifier, classifierStep: undefined })
            }
            kind="classifier"
          />
          {model?.source === 'run' ? (
            <WhichNetwork
              model={model}
              which={step === undefined ? {} : { checkpoint: step }}
              onChange={({ checkpoint }) => changeFinetuneDraft({ classifierStep: checkpoint })}
            />
          ) : null}
        </Stack>
        <LabelledSelect
          label="Validation set"
          value={draft.val}
          onChange={(val) => changeFinetuneDraft({ val })}
        />
        <DeviceSelect value={draft.device} onChange={(device) => changeFinetuneDraft({ device })} />
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
