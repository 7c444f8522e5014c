/** Setting up a pre-training, from images to Start. */
import { Button, Card, Stack, Title } from '@mantine/core';
import { IconDatabase } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation, useRoute } from 'wouter';
import type { Dataset, Preset, RequestOf } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { RecipeForm } from '../../ui/recipe-form/recipe-form.tsx';
import { checkRecipe } from '../../ui/recipe-form/recipe-kind.ts';
import { ChooseData } from './choose-data.tsx';
import { EstimatePanel } from './estimate-panel.tsx';
import { RecipeCards } from './recipe-cards.tsx';
import { StartPanel } from './start-panel.tsx';
import { ViewsPreview } from './views-preview.tsx';

export function PretrainPage() {
  const [, params] = useRoute('/pretrain/:dataset');
  const datasets = useLive((state) => state.datasets);
  const ready = useLive((state) => state.ready);
  const recipes = useStudio('recipes.list', {});
  const about =
    'The network sees pictures with most of them hidden, and learns which hidden piece belongs where. No labels are needed.';
  return (
    <Page title="Pre-train" about={about}>
      {recipes.error !== null ? (
        <ErrorNotice error={recipes.error} onRetry={() => void recipes.refetch()} />
      ) : ready && datasets.length === 0 ? (
        <EmptyState
          icon={<IconDatabase size={56} stroke={1.2} aria-hidden />}
          title="First, add a folder of images"
          action={
            <Button component={Link} href="/datasets">
              Go to Data sets
            </Button>
          }
        >
          Pre-training learns from pictures alone. Add a folder of them, and come back here.
        </EmptyState>
      ) : ready && recipes.data !== undefined ? (
        <Setup
          key={params?.dataset ?? ''}
          datasets={datasets}
          presets={recipes.data}
          first={params?.dataset}
        />
      ) : null}
    </Page>
  );
}

function Setup(props: {
  readonly datasets: readonly Dataset[];
  readonly presets: readonly Preset[];
  /** Id of the data set that was come from. */
  readonly first: string | undefined;
}) {
  const { datasets, presets, first } = props;
  const [, navigate] = useLocation();
  const start = datasets.find(({ id }) => id === first) ?? datasets[0];
  const [chosen, setChosen] = useState<readonly string[]>(start === undefined ? [] : [start.id]);
  const [recipe, setRecipe] = useState(start?.report?.suggestion.recipe ?? 'tiny');
  const [settings, setSettings] = useState<Record<string, string>>({});
  const [device, setDevice] = useState('auto');
  const [name, setName] = useState('');
  const preset = presets.find((found) => found.name === recipe) ?? presets[0]!;
  const { values, problems } = checkRecipe('pretrain', preset.recipe, settings);
  const data = datasets.filter(({ id }) => chosen.includes(id));
  const request: RequestOf<'pretrain'> = {
    kind: 'pretrain',
    folders: data.flatMap(({ folders }) => folders),
    recipe: preset.name,
    ...{ settings, device },
    ...(name.trim() === '' ? {} : { name: name.trim() }),
  };
  const wrong = Object.keys(problems);
  const missing =
    data.length === 0
      ? 'Choose the images to learn from.'
      : wrong.length > 0
        ? `First mend: ${wrong.join(', ')}.`
        : undefined;
  return (
    <Stack gap="lg">
      <Section title="1. Images">
        <ChooseData datasets={datasets} chosen={chosen} onChange={setChosen} />
      </Section>
      <Section title="2. Recipe">
        <RecipeCards
          presets={presets}
          chosen={preset.name}
          suggested={data[0]?.report?.suggestion.recipe}
          onChange={(chosenName) => {
            setRecipe(chosenName);
            setSettings({});
          }}
        />
        <RecipeForm
          kind="pretrain"
          preset={preset.recipe}
          settings={settings}
          onChange={setSettings}
        />
      </Section>
      <Section title="3. What the network will see">
        <ViewsPreview request={request} ready={missing === undefined} />
      </Section>
      <Section title="4. How long, how much">
        <EstimatePanel request={request} ready={missing === undefined} />
      </Section>
      <Section title="5. Start">
        <StartPanel
          {...{ request, missing, device, name }}
          totalText={lengthText(values)}
          onDevice={setDevice}
          onName={setName}
          onStarted={() => navigate('/runs')}
        />
      </Section>
    </Stack>
  );
}

function Section({
  title,
  children,
}: {
  readonly title: string;
  readonly children: React.ReactNode;
}) {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Stack>
        <Title order={2} size="h4">
          {title}
        </Title>
        {children}
      </Stack>
    </Card>
  );
}

function lengthText(values: Readonly<Record<string, unknown>>): string {
  return typeof values['steps'] === 'number'
    ? `${values['steps']} steps`
    : `${values['epochs']} times through all images`;
}
