/** The form to compare training from a pre-trained network with training from scratch. */

import { Checkbox, Group, NumberInput, SimpleGrid, Stack, TagsInput, Text } from '@mantine/core';
import { FieldLabel } from '../../../../ui/field-label.tsx';
import { countText } from '../../../../ui/format.ts';
import { fixFirst } from '../../../../ui/recipe-form/recipe-kind.ts';
import { Section } from '../../../../ui/section.tsx';
import { changeFinetuneDraft, useFinetuneDraft } from '../../draft.ts';
import { DeviceField, StartJob } from '../../form-frame.tsx';
import { LabelledChoice, useSeenBefore } from '../../labelled-choice.tsx';
import { NetworkChoice, useLearnedTask, useNetwork } from '../../network-choice.tsx';
import { RecipeChoice, RecipeLength, useRecipe } from '../../recipe-choice.tsx';
import { useRefusedLabels } from '../../task-mismatch.tsx';
import { modeName, parsePercents, percentNumber, trainingsOf } from './comparison-text.ts';
import { compareRequest } from './request.ts';

const MODES = ['full', 'partial:1', 'linear'];
const MOST_SEEDS = 20;

export function CompareForm() {
  const draft = useFinetuneDraft();
  const network = useNetwork();
  const recipe = useRecipe(network);
  const seen = useSeenBefore();
  const request = compareRequest(draft, {
    leaveOutLeaks: !seen,
    mode: 'full',
    ...recipe.ordered,
  });
  const { fractions, modes, seeds } = request;
  const refused = useRefusedLabels(['train', 'val'], useLearnedTask());
  const needs = [
    [request.from !== '', 'Choose a pre-trained network.'],
    [request.from !== 'scratch', 'Choose a network that was pre-trained.'],
    [request.train !== '', 'Choose a training set.'],
    [fractions.length > 0, 'Choose at least one share of the labels.'],
    [modes.length > 0, 'Choose at least one mode of training.'],
    [refused === undefined, refused ?? ''],
    [recipe.wrong.length === 0, fixFirst(recipe.kind, recipe.wrong)],
  ] as const;
  return (
    <Stack>
      <Text maw={720}>
        Trains the same recipe from the pre-trained network and from scratch with several seeds, and
        shows the gain with its 95 % interval.
      </Text>
      <Section title="1. Network">
        <NetworkChoice label="Pre-trained network" />
      </Section>
      <Section title="2. Labelled images">
        <LabelledChoice />
      </Section>
      <Section title="3. What to compare">
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <TagsInput
            label="Shares of the labels, in percent"
            description="Enter or a comma adds one."
            value={fractions.map(percentNumber)}
            onChange={(texts) => changeFinetuneDraft({ fractions: parsePercents(texts) })}
            splitChars={[',', ' ', ';']}
          />
          <NumberInput
            label={<FieldLabel label="Seeds" term="seed" />}
            description="Trainings of each kind, with other labels and initial weights; at least three."
            value={seeds}
            min={1}
            max={MOST_SEEDS}
            onChange={(typed) => {
              const count = Math.round(Number(typed));
              if (count >= 1) changeFinetuneDraft({ seeds: Math.min(MOST_SEEDS, count) });
            }}
          />
        </SimpleGrid>
        <Checkbox.Group
          label="Training mode"
          value={[...modes]}
          onChange={(chosen) =>
            changeFinetuneDraft({ modes: MODES.filter((m) => chosen.includes(m)) })
          }
        >
          <Group mt="xs">
            {MODES.map((mode) => (
              <Checkbox key={mode} value={mode} label={modeName(mode)} />
            ))}
          </Group>
        </Checkbox.Group>
        <RecipeChoice recipe={recipe} />
        {modes.every((mode) => mode === 'linear')
          ? null
          : fractions.map((share) => <RecipeLength key={share} recipe={recipe} share={share} />)}
      </Section>
      <Section title="4. Start">
        <Group maw={360} grow>
          <DeviceField settings={request.settings} />
        </Group>
        <Text role="status">
          Makes {countText(trainingsOf(request))} trainings, one after the other. It can be stopped
          and resumed.
        </Text>
        <StartJob request={request} label="Compare" needs={needs} />
      </Section>
    </Stack>
  );
}
