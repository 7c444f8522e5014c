/** The form to fine-tune a network on labelled images. */

import { Group, Stack, Text, TextInput } from '@mantine/core';
import { NAME_LENGTH } from '../../../../../engine/contract/studio/index.ts';
import { FieldLabel } from '../../../../ui/field-label.tsx';
import { fixFirst } from '../../../../ui/recipe-form/recipe-kind.ts';
import { Section } from '../../../../ui/section.tsx';
import { changeFinetuneDraft, useFinetuneDraft } from '../../draft.ts';
import { DeviceField, StartJob } from '../../form-frame.tsx';
import { modeAdvice, suggestedMode } from '../../label-advice.ts';
import { LabelledChoice, useLabels, useSeenBefore } from '../../labelled-choice.tsx';
import { NetworkChoice, useLearnedTask, useNetwork } from '../../network-choice.tsx';
import { RecipeChoice, RecipeLength, useRecipe } from '../../recipe-choice.tsx';
import { useRefusedLabels } from '../../task-mismatch.tsx';
import { ModeChoice } from './mode-choice.tsx';
import { finetuneRequest } from './request.ts';

export function FinetuneForm() {
  const draft = useFinetuneDraft();
  const network = useNetwork();
  const recipe = useRecipe(network);
  const labels = useLabels();
  const mode = suggestedMode(labels);
  const seen = useSeenBefore();
  const request = finetuneRequest(draft, { leaveOutLeaks: !seen, mode, ...recipe.ordered });
  const refused = useRefusedLabels(['train', 'val'], useLearnedTask());
  const needs = [
    [request.from !== '', 'Choose a network to begin with.'],
    [request.train !== '', 'Choose a training set.'],
    [refused === undefined, refused ?? ''],
    [recipe.wrong.length === 0, fixFirst(recipe.kind, recipe.wrong)],
  ] as const;
  return (
    <Stack>
      <Text maw={720}>
        Trains a network on the labels, evaluates it on a validation set meanwhile, and keeps the
        best checkpoint.
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
          <RecipeLength recipe={recipe} />
        </Section>
      )}
      <Section title={request.mode === 'linear' ? '4. Start' : '5. Start'}>
        <Group grow maw={720} align="flex-end">
          <TextInput
            label={<FieldLabel label="Name of the run" term="run" />}
            maxLength={NAME_LENGTH}
            placeholder="for example lung findings, 10 % of labels"
            value={draft.name}
            onChange={(event) => changeFinetuneDraft({ name: event.currentTarget.value })}
          />
          <DeviceField settings={request.settings} />
        </Group>
        <StartJob request={request} label="Start fine-tuning" needs={needs} />
      </Section>
    </Stack>
  );
}
