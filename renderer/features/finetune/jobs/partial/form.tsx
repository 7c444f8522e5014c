/** The form to tune more and more blocks of a network on labels. */
import { SimpleGrid, TagsInput } from '@mantine/core';
import { countText } from '../../../../ui/format.ts';
import { changeFinetuneDraft, useFinetuneDraft } from '../../draft.ts';
import { useSeenBefore } from '../../labelled-choice.tsx';
import { useNetwork } from '../../network-choice.tsx';
import { RecipeChoice, RecipeLength, useRecipe } from '../../recipe-choice.tsx';
import { SeedsInput, SeveralTrainings, useNeeds } from '../several-trainings.tsx';
import { parseTunedBlocks, partialRequest, partialTrainings } from './request.ts';

export function PartialForm() {
  const draft = useFinetuneDraft();
  const network = useNetwork();
  const recipe = useRecipe(network);
  const seen = useSeenBefore();
  const suggested = { leaveOutLeaks: !seen, mode: 'full', ...recipe.ordered };
  const request = partialRequest(draft, suggested, network?.depth);
  const { blocks, seeds } = request;
  const needs = useNeeds(request, recipe, [
    [blocks === undefined || blocks.length > 0, 'Give at least one number of blocks.'],
  ]);
  const count = blocks === undefined ? 'several' : countText(partialTrainings.count(request));
  return (
    <SeveralTrainings
      about="Tunes the head alone, then more and more of the last blocks, of the pre-trained network and of the same network untrained, and draws the scores as one curve each: where few tuned blocks are enough, the features are good as they are."
      varied="What to tune"
      request={request}
      count={`Makes ${count} trainings, one after the other.`}
      label="Tune"
      needs={needs}
    >
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <TagsInput
          label="Numbers of tuned blocks"
          description="0 is the head alone, all is everything. Enter or a comma adds one."
          value={(blocks ?? []).map(String)}
          onChange={(texts) => changeFinetuneDraft({ tunedBlocks: parseTunedBlocks(texts) })}
          splitChars={[',', ' ', ';']}
          {...(blocks === undefined ? { placeholder: 'By the depth of the network' } : {})}
        />
        <SeedsInput
          description="Trainings of each kind; several show how much of it is chance."
          value={seeds}
          onChange={(chosen) => changeFinetuneDraft({ partialSeeds: chosen })}
        />
      </SimpleGrid>
      <RecipeChoice recipe={recipe} />
      <RecipeLength recipe={recipe} share={1} />
    </SeveralTrainings>
  );
}
