/** The sections of the page. */
import { Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useLocation } from 'wouter';
import type { Dataset, Preset } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { lengthText } from '../../ui/length-text.ts';
import { PresetActions } from '../../ui/presets/preset-actions.tsx';
import { presetChoices } from '../../ui/presets/preset-choice.ts';
import { useOwnPresets } from '../../ui/presets/use-own-presets.ts';
import { RecipeForm } from '../../ui/recipe-form/recipe-form.tsx';
import { checkRecipe, fixFirst } from '../../ui/recipe-form/recipe-kind.ts';
import { Section } from '../../ui/section.tsx';
import { divisionOfSet } from '../../ui/set-at.ts';
import { BeginFrom } from './begin-from.tsx';
import { ChooseData } from './choose-data.tsx';
import {
  awaitsSuggestion,
  changePretrainDraft,
  choiceOf,
  neededSettings,
  requestOf,
  seenSettings,
  usePretrainDraft,
} from './draft.ts';
import { EstimatePanel, useMeasurement } from './estimate-panel.tsx';
import { RecipeCards } from './recipe-cards.tsx';
import { StartPanel } from './start-panel.tsx';
import { Suggestion } from './suggestion.tsx';
import { SummaryBar } from './summary-bar.tsx';
import { ViewsPreview } from './views-preview.tsx';

export function Setup(props: {
  readonly datasets: readonly Dataset[];
  readonly presets: readonly Preset[];
}) {
  const { datasets, presets } = props;
  const [, navigate] = useLocation();
  const draft = usePretrainDraft();
  const own = useOwnPresets('pretrain').presets;
  const choice = choiceOf(draft, datasets, presets, own);
  const goesOn = draft.from !== undefined;
  const before = useStudio(
    'runs.get',
    { id: draft.from ?? '' },
    { enabled: goesOn && draft.from !== '' },
  );
  // The recipe of a package is not known here, that of a run is.
  const run = before.isError || before.data?.id !== draft.from ? undefined : before.data;
  const base = goesOn ? run?.recipe : choice.preset.recipe;
  const settings = goesOn
    ? { ...divisionOfSet(choice.suggested), ...draft.settings }
    : choice.settings;
  const { values, problems } = checkRecipe('pretrain', base ?? {}, settings);
  const changeSettings = (next: Readonly<Record<string, string>>) =>
    changePretrainDraft({ settings: next, ...(goesOn ? {} : { recipe: choice.preset.name }) });
  const request = requestOf(draft, choice);
  const measurement = useMeasurement(request);
  const wrong = Object.keys(problems);
  const length =
    base === undefined || wrong.length > 0
      ? undefined
      : lengthText(values, choice.images, { isFilled: false });
  const missing =
    choice.data.length === 0
      ? 'Choose a training set.'
      : draft.from === ''
        ? 'Choose a network to continue from.'
        : awaitsSuggestion(draft, choice)
          ? 'The scan suggests a recipe; choose one to start before it ends.'
          : wrong.length > 0
            ? fixFirst('pretrain', wrong)
            : length?.problem;
  return (
    <Stack gap="lg">
      <Section title="1. Images">
        <ChooseData
          datasets={datasets}
          chosen={choice.data.map(({ id }) => id)}
          onChange={(chosen) => changePretrainDraft({ datasets: chosen })}
        />
      </Section>
      <Section title="2. Recipe">
        <BeginFrom from={draft.from} />
        {goesOn ? null : (
          <>
            <Suggestion choice={choice} />
            <RecipeCards
              presets={presets}
              own={presetChoices('pretrain', presets, own).filter(({ changes }) => changes)}
              chosen={choice.preset.name}
              suggested={choice.suggested?.report?.suggestion.recipe}
              onChange={(recipe) =>
                changePretrainDraft({
                  recipe,
                  settings: presets.some(({ name }) => name === recipe)
                    ? neededSettings(choice)
                    : {},
                })
              }
            />
          </>
        )}
        {base === undefined ? (
          <Text size="sm" c="dimmed">
            The recipe comes with it.
          </Text>
        ) : (
          <>
            <PresetActions
              kind="pretrain"
              chosen={goesOn ? undefined : choice.preset}
              values={wrong.length === 0 ? values : undefined}
              onChoose={(recipe) => {
                if (!goesOn) changePretrainDraft({ recipe, settings: {} });
                else notifications.show({ message: `The preset “${recipe}” is kept.` });
              }}
            />
            <RecipeForm
              kind="pretrain"
              preset={base}
              settings={settings}
              onChange={changeSettings}
            />
          </>
        )}
      </Section>
      <Section title="3. Views">
        <ViewsPreview
          folders={request.folders}
          exclude={request.exclude}
          settings={base === undefined ? undefined : seenSettings(values)}
          ready={missing === undefined}
        />
      </Section>
      <Section title="4. Estimate">
        <EstimatePanel
          measurement={measurement}
          ready={missing === undefined}
          onSettings={(changed) => changeSettings({ ...settings, ...changed })}
        />
      </Section>
      <Section title="5. Name and device">
        <StartPanel request={request} />
      </Section>
      <SummaryBar
        what={goesOn ? 'Continuation' : choice.preset.name}
        request={request}
        missing={missing}
        length={length?.text}
        measurement={measurement}
        onStarted={(job) => {
          changePretrainDraft({ name: '' });
          navigate(`/runs/job/${job.id}`);
        }}
      />
    </Stack>
  );
}
