/** The form of a study: images, recipe, what is varied, and how features are judged. */
import {
  Group,
  MultiSelect,
  NativeSelect,
  NumberInput,
  SimpleGrid,
  Stack,
  Text,
} from '@mantine/core';
import { useLocation } from 'wouter';
import type { Dataset, Preset } from '../../../engine/contract/studio/index.ts';
import { SEARCHES, type Search } from '../../../engine/contract/study/study.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { DeviceSelect } from '../../ui/device-select.tsx';
import { FieldLabel } from '../../ui/field-label.tsx';
import { countOf } from '../../ui/format.ts';
import { LabelledSelect } from '../../ui/labelled-select.tsx';
import { presetChoices } from '../../ui/presets/preset-choice.ts';
import { useOwnPresets } from '../../ui/presets/use-own-presets.ts';
import { RecipeForm } from '../../ui/recipe-form/recipe-form.tsx';
import { checkRecipe, fixFirst } from '../../ui/recipe-form/recipe-kind.ts';
import { Section } from '../../ui/section.tsx';
import { SubmitJob } from '../../ui/submit-job.tsx';
import {
  changeStudyDraft,
  chosenOf,
  isTrainedOn,
  problemOf,
  requestOf,
  trainingsOf,
  useStudyDraft,
} from './draft.ts';
import { VariedSettings } from './varied-settings.tsx';

const SEARCH_TITLES: Readonly<Record<Search, string>> = {
  grid: 'All combinations',
  random: 'Combinations drawn at random',
  halving: 'Successive halving',
};
const MOST_SEEDS = 20;
const MOST_TRIALS = 500;

/** @param props.datasets with the folders that are pre-trained on */
export function StudyForm(props: {
  readonly datasets: readonly Dataset[];
  readonly presets: readonly Preset[];
}) {
  const { datasets, presets } = props;
  const draft = useStudyDraft();
  const [, navigate] = useLocation();
  const own = useOwnPresets('pretrain').presets;
  const choices = presetChoices('pretrain', presets, own);
  const preset = choices.find(({ name }) => name === draft.recipe) ?? choices[0]!;
  const data = chosenOf(draft, datasets);
  const check = checkRecipe('pretrain', preset.recipe, draft.settings);
  const faults = Object.keys(check.problems);
  const changed = Object.keys(draft.settings).length;
  const request = requestOf(draft, { data, preset });
  const trainings = trainingsOf(draft);
  const wrong = draft.varied.find((one) => problemOf(one, check.values) !== undefined);
  const isRangeInGrid =
    draft.search === 'grid' && draft.varied.some(({ values }) => values.includes('..'));
  const missing = [
    [data.length > 0, 'Choose images to train on.'],
    [faults.length === 0, fixFirst('pretrain', faults)],
    [draft.varied.length > 0, 'Add a setting to vary.'],
    [wrong === undefined, `Fix first: the values of ${wrong?.key}.`],
    [!isRangeInGrid, 'A range needs a search that draws combinations.'],
    [request.train !== '', 'Choose a reference set.'],
    [request.eval !== '', 'Choose an evaluation set.'],
  ].find(([there]) => !there)?.[1] as string | undefined;
  return (
    <Stack>
      <Section title="1. Images and recipe">
        <SimpleGrid cols={{ base: 1, md: 3 }}>
          <MultiSelect
            label={<FieldLabel label={termOf('trainingSet')} />}
            description="Labels are not used."
            placeholder={data.length === 0 ? 'Choose' : ''}
            data={datasets.map(({ id, name }) => ({ value: id, label: name }))}
            value={data.map(({ id }) => id)}
            onChange={(chosen) => changeStudyDraft({ datasets: chosen })}
          />
          <NativeSelect
            label={<FieldLabel label="Recipe" />}
            description="All trainings have its other settings."
            data={choices.map(({ name, title }) => ({ value: name, label: title }))}
            value={preset.name}
            onChange={(event) =>
              changeStudyDraft({ recipe: event.currentTarget.value, settings: {} })
            }
          />
          <WholeNumber
            label="Steps"
            description="Of each training, or of the last round."
            value={draft.steps}
            most={1_000_000}
            onChange={(steps) => changeStudyDraft({ steps })}
          />
        </SimpleGrid>
        <details>
          <summary>
            <Text span>Settings of the recipe{changed > 0 ? ` (${changed} changed)` : ''}</Text>
          </summary>
          <RecipeForm
            kind="pretrain"
            preset={preset.recipe}
            settings={draft.settings}
            onChange={(settings) => changeStudyDraft({ settings })}
          />
        </details>
      </Section>
      <Section title="2. What is varied">
        <VariedSettings recipe={check.values} />
        <SimpleGrid cols={{ base: 1, md: 3 }}>
          <NativeSelect
            label="Search"
            description={searchText(draft.search)}
            data={SEARCHES.map((value) => ({ value, label: SEARCH_TITLES[value] }))}
            value={draft.search}
            onChange={(event) => changeStudyDraft({ search: event.currentTarget.value as Search })}
          />
          {draft.search === 'grid' ? null : (
            <WholeNumber
              label="Combinations"
              description="That are drawn, at most."
              value={draft.trials}
              least={2}
              most={MOST_TRIALS}
              onChange={(trials) => changeStudyDraft({ trials })}
            />
          )}
          <WholeNumber
            label={<FieldLabel label="Seeds" term="seed" />}
            description="Trainings of each combination; at least three."
            value={draft.seeds}
            most={MOST_SEEDS}
            onChange={(seeds) => changeStudyDraft({ seeds })}
          />
        </SimpleGrid>
      </Section>
      <Section title="3. How features are judged">
        <Text size="sm" c="dimmed" maw={720}>
          By nearest neighbours of labelled images, without training on them. Images to evaluate
          should not be among those that are trained on.
        </Text>
        <SimpleGrid cols={{ base: 1, md: 3 }}>
          <LabelledSelect
            label={termOf('referenceSet')}
            value={draft.train}
            onChange={(train) => changeStudyDraft({ train })}
          />
          <LabelledSelect
            label="Evaluation set"
            value={draft.eval}
            onChange={(asked) => changeStudyDraft({ eval: asked })}
          />
          <WholeNumber
            label="Neighbours"
            value={draft.k}
            most={1000}
            onChange={(k) => changeStudyDraft({ k })}
          />
        </SimpleGrid>
        {isTrainedOn(request.eval, data) ? (
          <Text size="sm" role="alert">
            The images to evaluate are trained on as well, so the accuracy is not that of new
            images.
          </Text>
        ) : null}
      </Section>
      <Section title="4. Start">
        <Group maw={360} grow>
          <DeviceSelect
            value={draft.device}
            onChange={(device) => changeStudyDraft({ device })}
            settings={request.settings}
          />
        </Group>
        <Text role="status">
          {trainings === undefined
            ? ''
            : `Makes ${countOf(trainings, 'training')}, one after the other. It can be stopped and resumed.`}
        </Text>
        <SubmitJob
          request={request}
          label="Start the study"
          missing={missing}
          onSubmitted={({ id }) => navigate(`/studies/${id}`)}
        />
        {missing === undefined ? <CopyCommand request={request} /> : null}
      </Section>
    </Stack>
  );
}

function searchText(search: Search): string {
  return search === 'halving'
    ? 'The best third is trained again, three times as long, and so on.'
    : search === 'random'
      ? 'From lists and ranges.'
      : 'Of all listed values.';
}

function WholeNumber(props: {
  readonly label: React.ReactNode;
  readonly description?: string;
  readonly value: number;
  readonly least?: number;
  readonly most: number;
  readonly onChange: (value: number) => void;
}) {
  const { label, description, value, least = 1, most, onChange } = props;
  return (
    <NumberInput
      label={label}
      description={description}
      value={value}
      min={least}
      max={most}
      allowDecimal={false}
      onChange={(typed) => {
        const count = Math.round(Number(typed));
        if (count >= least) onChange(Math.min(most, count));
      }}
    />
  );
}
