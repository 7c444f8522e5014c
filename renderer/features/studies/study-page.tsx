/** The page of a study: progress, the best recipe, a table of all combinations, a figure a setting. */
import { Button, Group, List, Progress, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { nearestBase, recipeText } from '../../../engine/contract/recipe-text.ts';
import type { SettingValues } from '../../../engine/contract/settings/setting.ts';
import type { Job } from '../../../engine/contract/studio/index.ts';
import { STUDY_FILE, type Study } from '../../../engine/contract/study/study.ts';
import {
  changeText,
  scoreText,
  settingsText,
  studyNotes,
  studyTable,
} from '../../../engine/contract/study/study-text.ts';
import { type StudySummary, summarise } from '../../../engine/contract/study/summary.ts';
import { useStudio } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { agoText } from '../../ui/format.ts';
import { LinkButton, MainLinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { SavePreset } from '../../ui/presets/save-preset.tsx';
import { checkRecipe, titleOf } from '../../ui/recipe-form/recipe-kind.ts';
import { ReportButton } from '../../ui/report/report-button.tsx';
import { ResultFiles } from '../../ui/result-files.tsx';
import { Section } from '../../ui/section.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { EffectFigure } from './effect-figure.tsx';

const LOOK_MS = 3000;

export function StudyPage({ id }: { readonly id: string }) {
  const job = useLive((state) => state.jobs.find((found) => found.id === id));
  const ready = useLive((state) => state.ready);
  if (job !== undefined) return <JobStudy job={job} />;
  if (!ready) return null;
  return (
    <Page title="Study">
      <ErrorNotice
        error={{
          message: 'This study is not in the list any more.',
          advice: `It was dismissed, perhaps in another window. Its folder with ${STUDY_FILE} stays.`,
        }}
      />
      <Group>
        <MainLinkButton href="/studies">All studies</MainLinkButton>
      </Group>
    </Page>
  );
}

function JobStudy({ job }: { readonly job: Job }) {
  const { id, title, state, error, createdAt, progress } = job;
  const live = state === 'waiting' || state === 'running';
  // Before the first training is complete there is nothing to read.
  const begun = (progress?.done ?? 0) > 0 || !live;
  const found = useStudio(
    'studies.get',
    { job: id },
    { enabled: begun, ...(live ? { every: LOOK_MS } : {}) },
  );
  const study = found.data;
  const { refetch } = found;
  // The last training ends after the last look.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is read again when these change
  useEffect(() => {
    if (begun) void refetch();
  }, [begun, state, progress?.done, refetch]);
  return (
    <Page title={title} about={`Started ${agoText(createdAt)}.`} actions={<Actions job={job} />}>
      <Group gap="sm">
        <StatusBadge status={state} />
        <Text role="status">{progressText(job)}</Text>
      </Group>
      {live ? (
        <Progress
          value={progress === undefined ? 0 : (progress.done / progress.total) * 100}
          size="lg"
          aria-label="Progress"
        />
      ) : null}
      <ErrorNotice error={state === 'stopped' ? undefined : error} />
      {state === 'stopped' ? (
        <Text>It was stopped. Finished trainings are kept; Resume trains the others.</Text>
      ) : null}
      {study === undefined || study.results.length === 0 ? null : <Found study={study} job={job} />}
      <Stack>
        {begun ? <ResultFiles key={state} of={{ job: id }} live={live} /> : null}
        <CopyCommand request={job.request} />
      </Stack>
    </Page>
  );
}

function progressText({ state, progress }: Job): string {
  if (progress !== undefined) return `${progress.done} of ${progress.total} trainings`;
  return state === 'running' ? 'The first training is under way.' : '';
}

function Actions({ job }: { readonly job: Job }) {
  const [, navigate] = useLocation();
  const { id, state, request, results } = job;
  const live = state === 'waiting' || state === 'running';
  const again = request.kind === 'study' && results !== undefined && { ...request, out: results };
  return (
    <>
      {live ? (
        <ActionButton command="jobs.stop" input={{ id }}>
          Stop
        </ActionButton>
      ) : state === 'done' || again === false ? null : (
        <ActionButton
          command="jobs.submit"
          input={again}
          variant="filled"
          onDone={(next) => navigate(`/studies/${next.id}`)}
        >
          Resume
        </ActionButton>
      )}
      {(job.progress?.done ?? 0) > 0 ? <ReportButton of={{ job: id }} /> : null}
      <LinkButton href="/studies">All studies</LinkButton>
    </>
  );
}

function Found({ study, job }: { readonly study: Study; readonly job: Job }) {
  const found = summarise(study);
  const { effects, best } = found;
  const untrained = study.results.reduce((sum, one) => sum + one.untrained, 0);
  return (
    <Stack>
      {best === undefined ? null : (
        <Section
          title="Best combination"
          actions={<SaveBest study={study} job={job} settings={best.settings} />}
        >
          <Text>
            <b>{settingsText(best.settings)}</b>: kNN accuracy {scoreText(best.score)},{' '}
            {changeText(best.gain)} points over the same network untrained.
          </Text>
        </Section>
      )}
      <Section title="All combinations">
        <Combinations study={study} found={found} />
        <List size="sm" maw={860}>
          {studyNotes(study, found).map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
      </Section>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {effects
          .filter(({ points }) => points.length > 0)
          .map((effect) => (
            <Section
              key={effect.keys.join()}
              title={effect.keys.map((key) => titleOf('pretrain', key)).join(', ')}
            >
              <EffectFigure effect={effect} untrained={untrained / study.results.length} />
            </Section>
          ))}
      </SimpleGrid>
    </Stack>
  );
}

function Combinations(props: { readonly study: Study; readonly found: StudySummary }) {
  const [head = [], ...rows] = studyTable(props.study, props.found);
  return (
    <Table.ScrollContainer minWidth={760} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing="xs" aria-label="All combinations">
        <Table.Thead>
          <Table.Tr>
            {head.map((name) => (
              <Table.Th key={name} scope="col">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((cells, i) => (
            <Table.Tr key={props.found.rows[i]!.trial}>
              {cells.map((cell, n) =>
                n === 0 ? (
                  <Table.Th key={head[n]} scope="row">
                    {cell}
                  </Table.Th>
                ) : (
                  <Table.Td key={head[n]}>{cell}</Table.Td>
                ),
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** Saves the recipe of the study with the best settings beside the built-in ones. */
function SaveBest(props: {
  readonly study: Study;
  readonly job: Job;
  readonly settings: Readonly<Record<string, string>>;
}) {
  const { study, job, settings } = props;
  const [opened, setOpened] = useState(false);
  const presets = useStudio('recipes.list', {}).data;
  const { request } = job;
  if (presets === undefined || request.kind !== 'study') return null;
  const recipe: SettingValues | undefined = presets.find(({ name }) => name === request.recipe)
    ?.recipes.pretrain;
  if (recipe === undefined) return null;
  // The length of the study's trainings is not that of a run of the recipe.
  const { steps: _, ...kept } = request.settings;
  const { values, problems } = checkRecipe('pretrain', recipe, { ...kept, ...settings });
  if (Object.keys(problems).length > 0) return null;
  const bases = presets.map(({ name, recipes }) => ({ name, recipe: recipes.pretrain }));
  return (
    <>
      <Button variant="default" size="xs" onClick={() => setOpened(true)}>
        Save as preset…
      </Button>
      {opened ? (
        <SavePreset
          kind="pretrain"
          title="Save the best recipe"
          submit="Save"
          name={`${study.recipe} ${study.name}`}
          text={recipeText(nearestBase(bases, values), values)}
          onSaved={() => undefined}
          onClose={() => setOpened(false)}
        />
      ) : null}
    </>
  );
}
