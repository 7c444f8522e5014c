/** The form to evaluate a fine-tuned network on labelled images. */
import { NativeSelect, SimpleGrid, Stack } from '@mantine/core';
import { SPLITS } from '../../../../../engine/contract/splits.ts';
import { DEFAULT_TASK, hasPixelClasses } from '../../../../../engine/contract/tasks.ts';
import { termOf } from '../../../../../engine/contract/terms.ts';
import { useStudio } from '../../../../client/use-studio.ts';
import { ModelSelect } from '../../../../ui/model-select.tsx';
import { WhichNetwork } from '../../../../ui/which-network.tsx';
import { changeFinetuneDraft, useFinetuneDraft } from '../../draft.ts';
import { ComputeFields, FormFrame, SetField, StartJob } from '../../form-frame.tsx';
import { MaskFields } from '../../mask-fields.tsx';
import { TaskMismatchNotice, useRefusedLabels } from '../../task-mismatch.tsx';
import { evaluateRequest } from './request.ts';

/** No split has this name. */
const ALL = '';

export function EvaluateForm() {
  const draft = useFinetuneDraft();
  const { data } = useStudio('models.list', {});
  const model = data?.find(({ reference }) => reference === draft.classifier);
  const request = evaluateRequest(draft);
  const refused = useRefusedLabels(['val'], model && (model.task ?? DEFAULT_TASK));
  const needs = [
    [request.model !== '', 'Choose a fine-tuned network.'],
    [request.data !== '', 'Choose a validation set.'],
    [refused === undefined, refused ?? ''],
  ] as const;
  const step = draft.classifierStep;
  return (
    <FormFrame about="Scores with 95 % intervals and the worst mistakes, on a validation set that the network has not seen.">
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack gap="sm">
          <ModelSelect
            label="Fine-tuned network"
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
        <SetField
          field="val"
          label={termOf('validationSet')}
          dense
          onChoose={(set) => changeFinetuneDraft({ dense: set?.dense ?? {} })}
        />
        <NativeSelect
          label="Split"
          description="Where the data set marks its images as train, val or test."
          data={[{ value: ALL, label: 'All images' }, ...SPLITS]}
          value={draft.split ?? ALL}
          onChange={({ currentTarget: { value } }) =>
            changeFinetuneDraft({ split: SPLITS.find((one) => one === value) })
          }
        />
        <ComputeFields />
      </SimpleGrid>
      {hasPixelClasses(model?.task) ? <MaskFields task={model?.task} /> : null}
      {model?.kind === 'classifier' ? (
        <TaskMismatchNotice sets={['val']} task={model.task} />
      ) : null}
      <StartJob request={request} label="Evaluate" needs={needs} />
    </FormFrame>
  );
}
