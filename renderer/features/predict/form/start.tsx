/** The form: a fine-tuned network and new images. With a network chosen, choosing images starts. */
import { ActionIcon, Group, List, SimpleGrid, Stack, Switch } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { Job } from '../../../../engine/contract/studio/index.ts';
import { hasPixelClasses } from '../../../../engine/contract/tasks.ts';
import { useStudio, useStudioAction } from '../../../client/use-studio.ts';
import { CopyCommand } from '../../../ui/copy-command.tsx';
import { DeviceSelect } from '../../../ui/device-select.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { ModelSelect } from '../../../ui/model-select.tsx';
import { PathText } from '../../../ui/path-text.tsx';
import { PrecisionSelect } from '../../../ui/precision-select.tsx';
import { Section } from '../../../ui/section.tsx';
import { SubmitJob } from '../../../ui/submit-job.tsx';
import { WhichNetwork } from '../../../ui/which-network.tsx';
import { ChooseImages } from './choose-images.tsx';
import {
  changePredictDraft,
  missingOf,
  NEW_MODEL,
  predictRequest,
  usePredictDraft,
} from './draft.ts';
import { FormatChoice } from './format-choice.tsx';
import { useTask } from './use-task.ts';

export function StartPrediction() {
  const [, navigate] = useLocation();
  const draft = usePredictDraft();
  const { model: reference, checkpoint, data, watch, device, precision } = draft;
  const models = useStudio('models.list', {});
  const model = models.data?.find((one) => one.reference === reference);
  const { task, isReading } = useTask(reference, model, models.data !== undefined);
  const submit = useStudioAction('jobs.submit');
  const [attempts, setAttempts] = useState(0);
  const show = ({ id }: Job) => {
    changePredictDraft({ data: [] });
    navigate(`/predict/${id}`);
  };
  const choose = (paths: string[]) => {
    const chosen = { ...draft, data: [...new Set([...data, ...paths])] };
    changePredictDraft(chosen);
    setAttempts(attempts + 1);
    if (missingOf(chosen) === undefined && !isReading)
      submit.mutate(predictRequest(chosen, task), { onSuccess: show });
  };
  const [opened] = useState(draft.choosing);
  useEffect(() => changePredictDraft({ choosing: false }), []);
  const missing = missingOf(draft) ?? (isReading ? 'The network is being read.' : undefined);
  return (
    <Section title="Predict on new images">
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack gap="sm">
          <ModelSelect
            label="Fine-tuned network"
            value={reference}
            onChange={(chosen) => changePredictDraft({ ...NEW_MODEL, model: chosen })}
            kind="classifier"
          />
          {model?.source === 'run' ? (
            <WhichNetwork
              model={model}
              which={checkpoint === undefined ? {} : { checkpoint }}
              onChange={(which) => changePredictDraft({ checkpoint: which.checkpoint })}
            />
          ) : null}
        </Stack>
        <Stack gap="sm">
          <DeviceSelect
            value={device}
            onChange={(chosen) => changePredictDraft({ device: chosen })}
            settings={{ precision }}
          />
          <PrecisionSelect
            device={device}
            value={precision}
            onChange={(chosen) => changePredictDraft({ precision: chosen })}
          />
        </Stack>
      </SimpleGrid>
      <FormatChoice task={task} isReading={isReading} />
      {hasPixelClasses(task) ? null : (
        <Switch
          label="Watch the folders: classify new images as they come, until it is stopped"
          checked={watch}
          onChange={(event) => changePredictDraft({ watch: event.currentTarget.checked })}
        />
      )}
      {submit.error === null || data.length === 0 ? null : (
        <ErrorNotice key={attempts} error={submit.error} />
      )}
      <ChooseImages opened={opened} onChoose={choose} />
      {data.length === 0 ? null : (
        <>
          <List listStyleType="none" aria-label="Images to predict on">
            {data.map((path) => (
              <List.Item key={path}>
                <Group gap="xs" wrap="nowrap">
                  <ActionIcon
                    variant="subtle"
                    size="sm"
                    aria-label={`Leave out ${path}`}
                    onClick={() => changePredictDraft({ data: data.filter((one) => one !== path) })}
                  >
                    <IconX size={16} aria-hidden />
                  </ActionIcon>
                  <PathText path={path} />
                </Group>
              </List.Item>
            ))}
          </List>
          <SubmitJob
            request={missing === undefined ? predictRequest(draft, task) : undefined}
            label="Predict"
            missing={missing}
            onSubmitted={show}
          />
        </>
      )}
      {missing === undefined ? <CopyCommand request={predictRequest(draft, task)} /> : null}
    </Section>
  );
}
