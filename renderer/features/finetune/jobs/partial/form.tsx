/** The form to tune more and more blocks of a network on labels. */
import { Group, NumberInput, SimpleGrid, Stack, TagsInput, Text } from '@mantine/core';
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
import { parseTunedBlocks, partialRequest, partialTrainings } from './request.ts';

const MOST_SEEDS = 20;

export function PartialForm() {
  const draft = useFinetuneDraft();
  const network = useNetwork();
  const recipe = useRecipe(network);
  const seen = useSeenBefore();
  const suggested = { leaveOutLeaks: !seen, mode: 'full', ...recipe.ordered };
  const request = partialRequest(draft, suggested, network?.depth);
  const { blocks, seeds } = request;
  const refused = useRefusedLabels(['train', 'val'], useLearnedTask());
  const needs = [
    [request.from !== '', 'Choose a pre-trained network.'],
    [request.from !== 'scratch', 'Choose a network that was pre-trained.'],
    [request.train !== '', 'Choose a training set.'],
    [blocks === undefined || blocks.length > 0, 'Give at least one number of blocks.'],
    [refused === undefined, refused ?? ''],
    [recipe.wrong.length === 0, fixFirst(recipe.kind, recipe.wrong)],
  ] as const;
  return (
    <Stack>
      <Text maw={720}>
        Tunes the head alone, then more and more of the last blocks, of the pre-trained network and
        of the same network untrained, and draws the scores as one curve each: where few tuned
        blocks are enough, the features are good as they are.
      </Text>
      <Section title="1. Network">
        <NetworkChoice label="Pre-trained network" />
      </Section>
      <Section title="2. Labelled images">
        <LabelledChoice />
      </Section>
      <Section title="3. What to tune">
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <TagsInput
            label="Numbers of tuned blocks"
            description="0 is the head alone, all is everything. Enter or a comma adds one."
            value={(blocks ?? []).map(String)}
            onChange={(texts) => changeFinetuneDraft({ tunedBlocks: parseTunedBlocks(texts) })}
            splitChars={[',', ' ', ';']}
            {...(blocks === undefined ? { placeholder: 'By the depth of the network' } : {})}
          />
          <NumberInput
            label={<FieldLabel label="Seeds" term="seed" />}
            description="Trainings of each kind; several show how much of it is chance."
            value={seeds}
            min={1}
            max={MOST_SEEDS}
            onChange={(typed) => {
              const count = Math.round(Number(typed));
              if (count >= 1) changeFinetuneDraft({ partialSeeds: Math.min(MOST_SEEDS, count) });
            }}
          />
        </SimpleGrid>
        <RecipeChoice recipe={recipe} />
        <RecipeLength recipe={recipe} share={1} />
      </Section>
      <Section title="4. Start">
        <Group maw={360} grow>
          <DeviceField settings={request.settings} />
        </Group>
        <Text role="status">
          {blocks === undefined
            ? 'Makes several trainings, one after the other.'
            : `Makes ${countText(partialTrainings.count(request))} trainings, one after the other.`}{' '}
          It can be stopped and resumed.
        </Text>
        <StartJob request={request} label="Tune" needs={needs} />
      </Section>
    </Stack>
  );
}
