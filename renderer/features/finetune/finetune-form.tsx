/** The form to fine-tune a network on labelled images. */

import { Group, Stack, Text, TextInput } from '@mantine/core';
import { useLocation } from 'wouter';
import { NAME_LENGTH } from '../../../engine/contract/studio/index.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { DeviceSelect } from '../../ui/device-select.tsx';
import { Section } from '../../ui/section.tsx';
import { SubmitJob } from '../../ui/submit-job.tsx';
import { changeFinetuneDraft, finetuneRequest, useFinetuneDraft } from './draft.ts';
import { missingOf } from './form-frame.tsx';
import { modeAdvice, suggestedMode } from './label-advice.ts';
import { LabelledChoice, useLabels, useSeenBefore } from './labelled-choice.tsx';
import { ModeChoice } from './mode-choice.tsx';
import { NetworkChoice, useNetwork } from './network-choice.tsx';
import { RecipeChoice, useRecipe } from './recipe-choice.tsx';

export function FinetuneForm() {
  const [, navigate] = useLocation();
  const draft = useFinetuneDraft();
  const network = useNetwork();
  const recipe = useRecipe(network);
  const labels = useLabels();
  const mode = suggestedMode(labels);
  const seen = useSeenBefore();
  const request = finetuneRequest(draft, { leaveOutLeaks: !seen, mode, recipe: recipe.name });
  const missing = missingOf([
    [request.from !== '', 'Choose a network to begin with.'],
    [request.train !== '', 'Choose a training set.'],
    [recipe.wrong.length === 0, `Fix first: ${recipe.wrong.join(', ')}.`],
  ]);
  return (
    <Stack>
      <Text maw={720}>
        The network learns to classify your images. It is evaluated on a validation set during
        training, and the best checkpoint is kept.
      </Text>
      <Section title="1. Network">
        <NetworkChoice label="Begin with" scratch />
      </Section>
      <Section title="2. Labelled images">
        <LabelledChoice fraction />
      </Section>
      <Section title="3. Training mode">
        <ModeChoice
          value={request.mode}
          suggested={mode}
          advice={modeAdvice(labels)}
          blocks={network?.depth}
          onChange={(chosen) => changeFinetuneDraft({ mode: chosen })}
        />
      </Section>
      {request.mode === 'linear' ? null : (
        <Section title="4. Recipe">
          <RecipeChoice recipe={recipe} />
        </Section>
      )}
      <Section title={request.mode === 'linear' ? '4. Start' : '5. Start'}>
        <Group grow maw={720} align="flex-end">
          <TextInput
            label="Name of the run"
            maxLength={NAME_LENGTH}
            placeholder="for example lung findings, 10 % of labels"
            value={draft.name}
            onChange={(event) => changeFinetuneDraft({ name: event.currentTarget.value })}
          />
          <DeviceSelect
            value={draft.device}
            onChange={(device) => changeFinetuneDraft({ device })}
          />
        </Group>
        <SubmitJob
          request={missing === undefined ? request : undefined}
          label="Start fine-tuning"
          missing={missing}
          onSubmitted={({ id }) => navigate(`/finetune/results/${id}`)}
        />
        {missing === undefined ? <CopyCommand request={request} /> : null}
      </Section>
    </Stack>
  );
}
