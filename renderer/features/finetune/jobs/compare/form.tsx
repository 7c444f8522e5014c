/** The form to compare training from a pre-trained network with training from scratch. */

import { Checkbox, Group, SimpleGrid, TagsInput } from '@mantine/core';
import { countText } from '../../../../ui/format.ts';
import { changeFinetuneDraft, useFinetuneDraft } from '../../draft.ts';
import { useSeenBefore } from '../../labelled-choice.tsx';
import { useNetwork } from '../../network-choice.tsx';
import { RecipeChoice, RecipeLength, useRecipe } from '../../recipe-choice.tsx';
import { SeedsInput, SeveralTrainings, useNeeds } from '../several-trainings.tsx';
import { modeName, parsePercents, percentNumber, trainingsOf } from './comparison-text.ts';
import { compareRequest } from './request.ts';

const MODES = ['full', 'partial:1', 'linear'];

export function CompareForm() {
  const draft = useFinetuneDraft();
  const recipe = useRecipe(useNetwork());
  const seen = useSeenBefore();
  const suggested = { leaveOutLeaks: !seen, mode: 'full', ...recipe.ordered };
  const request = compareRequest(draft, suggested);
  const { fractions, modes, seeds } = request;
  const needs = useNeeds(request, recipe, [
    [fractions.length > 0, 'Choose at least one share of the labels.'],
    [modes.length > 0, 'Choose at least one mode of training.'],
  ]);
  return (
    <SeveralTrainings
      about="Trains the same recipe from the pre-trained network and from scratch with several seeds, and shows the gain with its 95 % interval."
      varied="What to compare"
      request={request}
      count={`Makes ${countText(trainingsOf(request))} trainings, one after the other.`}
      label="Compare"
      needs={needs}
    >
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <TagsInput
          label="Shares of the labels, in percent"
          description="Enter or a comma adds one."
          value={fractions.map(percentNumber)}
          onChange={(texts) => changeFinetuneDraft({ fractions: parsePercents(texts) })}
          splitChars={[',', ' ', ';']}
        />
        <SeedsInput
          description="Trainings of each kind, with other labels and initial weights; at least three."
          value={seeds}
          onChange={(count) => changeFinetuneDraft({ seeds: count })}
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
    </SeveralTrainings>
  );
}
