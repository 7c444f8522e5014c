/** The report of a run: results, curves, what it learns, data, recipe, environment. */
import path from 'node:path';
import { bytesText, countOf, countText, percentText } from '../../contract/number-text.ts';
import { changesOf, nearestBase } from '../../contract/recipe-text.ts';
import { primaryText, scoreFacts, scoreValueText } from '../../contract/scores.ts';
import type { Settings, SettingValues } from '../../contract/settings/setting.ts';
import type { Evaluation } from '../../contract/studio/evaluations.ts';
import { LABELLED_TASKS, RECIPES, type RecipeKind, taskOfRun } from '../../contract/tasks.ts';
import { termOf } from '../../contract/terms.ts';
import { readyMade } from '../../recipes/load.ts';
import { PRESET_NAMES } from '../../recipes/presets.ts';
import { shownName } from '../../runs/run-folder.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import { lineChart } from './charts/line-chart.ts';
import { citeSection } from './cite.ts';
import type { CurveTable, RunCurves } from './curves.ts';
import {
  bullets,
  charts,
  facts,
  folded,
  type Markup,
  paragraph,
  pictures,
  reportHtml,
  type Section,
  table,
} from './document.ts';
import type { NamedEvaluation, RunReportData } from './read-run.ts';

/** @param madeAt ms since 1970 */
export function runReport(data: RunReportData, madeAt: number): string {
  const { record } = data.run;
  const title = shownName(data.run);
  const what = record.kind === 'pretrain' ? 'Pre-training' : `${taskTitle(record)}, fine-tuning`;
  return reportHtml({
    title,
    about: `${what} on ${countOf(record.dataset.images, 'image')}.`,
    madeAt,
    sections: [
      outcomeSection(data),
      evaluationSection(data),
      curveSection(data.curves),
      learningSection(data),
      dataSection(data),
      { title: 'Pictures', parts: data.pictures.length === 0 ? [] : [pictures(data.pictures)] },
      recipeSection(record),
      environmentSection(record),
      citeSection(),
    ],
  });
}

function taskTitle(record: RunRecord): string {
  const task = taskOfRun(record);
  return Object.entries(LABELLED_TASKS).find(([id]) => id === task)?.[1].title ?? task;
}

function recipeKind(record: RunRecord): RecipeKind {
  const task = taskOfRun(record);
  return Object.entries(LABELLED_TASKS).find(([id]) => id === task)?.[1].recipe ?? 'pretrain';
}

const STATUS: Readonly<Record<string, string>> = {
  created: 'created',
  running: 'running',
  paused: 'paused',
  stopped: 'stopped before its end',
  done: 'complete',
  failed: 'failed',
  died: 'ended unexpectedly',
};

function outcomeSection({ run, curves, sessions, rewinds }: RunReportData): Section {
  const { record, about, status, reason } = run;
  const { steps, scoreName = 'tokenMatch' } = curves;
  const loss = steps.end('loss');
  const score = steps.end('score');
  const chance = steps.last?.['chance'];
  const speed = steps.end('imagesPerSecond');
  const best =
    record.best === undefined
      ? undefined
      : `${primaryText(record.best)}, after ${countOf(record.best.step, 'step')}`;
  return {
    title: 'Outcome',
    parts: [
      facts([
        ['State', [STATUS[status] ?? status, reason?.message].filter(Boolean).join(': ')],
        ['Steps', `${countText(record.step)} of ${countText(record.totalSteps)}`],
        ['Best evaluation', best],
        [`${termOf('loss')} at the end`, loss?.toFixed(3)],
        [
          `${scoreFacts(scoreName).title} at the end`,
          score === undefined
            ? undefined
            : `${scoreValueText(scoreName, score)}${chance === undefined || chance <= 0 ? '' : ` (chance ${percentText(chance)})`}`,
        ],
        ['Training time', durationText(trainingSeconds(record, curves))],
        [termOf('throughput'), speed?.toFixed(0)],
        ['Started', dateText(record.createdAt)],
        ['Last change', dateText(record.updatedAt)],
        ['Begun or resumed', sessions > 1 ? countOf(sessions, 'time') : undefined],
        ['Rewinds', rewinds > 0 ? String(rewinds) : undefined],
        ['Tags', about.tags?.join(', ')],
        ['Note', about.note],
      ]),
    ],
  };
}

/** Where not every step is logged, the others took as long as those. */
function trainingSeconds({ step }: RunRecord, { steps, trainingMs }: RunCurves): number {
  return steps.length === 0 ? 0 : (trainingMs / 1000) * Math.max(1, step / steps.length);
}

function durationText(seconds: number): string | undefined {
  if (seconds <= 0) return undefined;
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  return seconds < 7200
    ? `${(seconds / 60).toFixed(1)} minutes`
    : `${(seconds / 3600).toFixed(1)} hours`;
}

const dateText = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

function evaluationSection({ evaluations, curves }: RunReportData): Section {
  const names = [
    ...new Set(evaluations.flatMap(({ evaluation }) => Object.keys(evaluation.values))),
  ];
  const rows = evaluations.map(({ title, evaluation }) => [
    title,
    countText(evaluation.images),
    ...names.map((name) => scoreCell(evaluation, name)),
  ]);
  const primary = evaluations[0]?.evaluation.primary.name;
  const chart =
    primary === undefined || curves.evaluations.length < 2
      ? undefined
      : lineChart({
          title: `${scoreFacts(primary).title} during training`,
          curves: [{ label: 'Evaluation', points: curves.evaluations.curve(primary) }],
          text: (value) => scoreValueText(primary, value),
        });
  return {
    title: 'Evaluations',
    parts: [
      ...(rows.length === 0
        ? []
        : [
            table(
              [['Evaluation', 'Images', ...names.map((name) => scoreFacts(name).title)], ...rows],
              'Scores, with 95 % intervals by the bootstrap over images',
            ),
          ]),
      ...(chart === undefined ? [] : [charts([chart])]),
      ...evaluations.flatMap(perClass),
    ],
  };
}

interface Estimate {
  readonly low: number;
  readonly high: number;
}

function scoreCell(evaluation: Evaluation, name: string): string {
  const value = evaluation.values[name];
  if (value === undefined) return '–';
  const fields: Readonly<Record<string, unknown>> = {
    ...(evaluation['scores'] as object | undefined),
    ...evaluation,
  };
  const { low, high } = (fields[name] ?? {}) as Partial<Estimate>;
  const range =
    typeof low === 'number' && typeof high === 'number'
      ? ` (${scoreValueText(name, low)} to ${scoreValueText(name, high)})`
      : '';
  return `${scoreValueText(name, value)}${range}`;
}

/** Its table of classes, where it has one. */
function perClass({ title, evaluation }: NamedEvaluation): Markup[] {
  const rows = evaluation['perClass'];
  if (!Array.isArray(rows) || rows.length === 0) return [];
  const columns = Object.keys(rows[0] as object).filter((name) => name !== 'name');
  const cell = (value: unknown) =>
    typeof value !== 'number'
      ? '–'
      : Number.isInteger(value) && value > 1
        ? countText(value)
        : percentText(value);
  const body = rows.map((row: Readonly<Record<string, unknown>>) => [
    String(row['name']),
    ...columns.map((name) => (COUNTS.has(name) ? String(row[name]) : cell(row[name]))),
  ]);
  return [folded(`By class: ${title}`, [table([['Class', ...columns], ...body], 'By class')])];
}

const COUNTS: ReadonlySet<string> = new Set([
  'support',
  'predicted',
  'truePixels',
  'predictedPixels',
]);

interface CurveRule {
  readonly title: string;
  readonly text: (value: number) => string;
  readonly curves: readonly (readonly [name: string, label: string])[];
}

const short = (value: number) =>
  Math.abs(value) >= 1e-3 || value === 0
    ? String(Number(value.toPrecision(4)))
    : value.toExponential(1);
const share = (value: number) => percentText(value, Math.abs(value) < 0.095 ? 1 : 0);

function curveSection({ steps, machine, scoreName = 'tokenMatch' }: RunCurves): Section {
  return {
    title: 'Curves',
    parts: drawn([
      [steps, { title: termOf('loss'), text: short, curves: [['loss', 'Loss']] }],
      [
        steps,
        {
          title: scoreFacts(scoreName).title,
          text: share,
          curves: [
            ['score', 'This run'],
            ['chance', termOf('chance')],
          ],
        },
      ],
      [steps, { title: termOf('gradientNorm'), text: short, curves: [['gradNorm', '']] }],
      [steps, { title: 'Learning rate', text: short, curves: [['lr', '']] }],
      [steps, { title: termOf('throughput'), text: short, curves: [['imagesPerSecond', '']] }],
      [steps, { title: termOf('dataWait'), text: share, curves: [['dataWaitShare', '']] }],
      [steps, { title: termOf('memory'), text: bytesText, curves: [['rssBytes', '']] }],
      [machine, { title: termOf('gpuUse'), text: share, curves: [['gpuUse', '']] }],
    ]),
  };
}

const LEARNING: readonly CurveRule[] = [
  {
    title: termOf('probeMatch'),
    text: share,
    curves: [
      ['match', 'Own image'],
      ['positionMatch', 'Position alone'],
    ],
  },
  {
    title: termOf('agreement'),
    text: short,
    curves: [
      ['agreement', 'Masked patches'],
      ['visibleAgreement', 'Visible patches'],
    ],
  },
  {
    title: termOf('effectiveRank'),
    text: short,
    curves: [
      ['featureRank', 'Teacher'],
      ['studentFeatureRank', 'Student'],
    ],
  },
  { title: termOf('teacherDistance'), text: share, curves: [['teacherDistance', '']] },
  { title: termOf('predictionEntropy'), text: share, curves: [['predictionEntropy', '']] },
  {
    title: termOf('attentionEntropy'),
    text: share,
    curves: [
      ['firstAttentionEntropy', 'First block'],
      ['lastAttentionEntropy', 'Last block'],
    ],
  },
];

function learningSection({ curves, warnings, brokenImages }: RunReportData): Section {
  const { learning } = curves;
  const parts: Markup[] = drawn(LEARNING.map((rule) => [learning, rule] as const));
  if (parts.length > 0)
    parts.unshift(
      paragraph('Measured every few steps on the same images of the data set, without labels.'),
    );
  const texts = warnings.map(
    ({ step, message, advice }) =>
      `Step ${countText(step)}: ${message}${advice === undefined ? '' : ` ${advice}`}`,
  );
  if (brokenImages > 0)
    texts.push(`${countOf(brokenImages, 'image')} could not be read; others were taken instead.`);
  return {
    title: 'What it learned, and alarms',
    parts: [...parts, texts.length === 0 ? paragraph('There was no warning.') : bullets(texts)],
  };
}

function drawn(rules: readonly (readonly [CurveTable, CurveRule])[]): Markup[] {
  const found = rules.flatMap(([rows, { curves, ...rule }]) => {
    const svg = lineChart({
      ...rule,
      curves: curves.map(([name, label]) => ({ label, points: rows.curve(name) })),
    });
    return svg ?? [];
  });
  return found.length === 0 ? [] : [charts(found)];
}

function dataSection({ run, health }: RunReportData): Section {
  const { dataset, classes, labelled, from } = run.record;
  const parts = [
    // Names of folders alone: a report is made to be given to others.
    facts([
      ['Images', countText(dataset.images)],
      ['Folders', dataset.folders.map((folder) => path.basename(folder)).join(', ')],
      ['Fingerprint', dataset.contents ?? dataset.fingerprint],
      ['Started from', from === undefined ? undefined : path.basename(from)],
      ['Training set', labelled === undefined ? undefined : path.basename(labelled.train)],
      ['Validation set', labelled?.val ? path.basename(labelled.val) : undefined],
      [
        'Share of the labels',
        labelled === undefined ? undefined : percentText(labelled.fraction, 0),
      ],
      ['Classes', classes?.join(', ')],
    ]),
  ];
  if (health !== undefined) {
    const { report, name } = health;
    const { unreadable, duplicates, sizes, formats, notes } = report;
    parts.push(
      facts([
        ['Data set', name],
        ['Scanned', dateText(report.scannedAt)],
        ['Size', bytesText(report.bytes)],
        [
          'Formats',
          Object.entries(formats)
            .map(([kind, n]) => `${countText(n)} ${kind}`)
            .join(', '),
        ],
        [
          'Smallest, median, largest',
          [sizes.smallest, sizes.median, sizes.largest].map(([w, h]) => `${w} × ${h}`).join(', '),
        ],
        ['Unreadable', countText(unreadable.count)],
        ['Duplicates', `${countText(duplicates.extra)} in ${countOf(duplicates.groups, 'group')}`],
      ]),
    );
    if (notes.length > 0) parts.push(bullets(notes));
    if (report.classes !== undefined)
      parts.push(
        folded(countOf(report.classes.length, 'class', 'classes'), [
          table(
            [
              ['Class', 'Images'],
              ...report.classes.map((one) => [one.name, countText(one.images)]),
            ],
            'Images by class',
          ),
        ]),
      );
  }
  return { title: 'Data', parts };
}

function recipeSection(record: RunRecord): Section {
  const kind = recipeKind(record);
  const settings: Settings = RECIPES[kind].settings;
  const bases = PRESET_NAMES.map((name) => ({
    name,
    recipe: readyMade(name)[kind] as SettingValues,
  }));
  const base = nearestBase(bases, record.recipe);
  const changed = Object.keys(changesOf(base.recipe, record.recipe));
  const titleOf = (key: string) => settings[key]?.title ?? key;
  return {
    title: 'Recipe',
    parts: [
      paragraph(
        changed.length === 0
          ? `The recipe ${base.name}, unchanged.`
          : `Nearest to the recipe ${base.name}, with ${countOf(changed.length, 'setting')} changed.`,
      ),
      ...(changed.length === 0
        ? []
        : [
            table(
              [
                ['Setting', 'Name', 'This run', base.name],
                ...changed.map((key) => [
                  titleOf(key),
                  key,
                  valueText(record.recipe[key]),
                  valueText(base.recipe[key]),
                ]),
              ],
              'Changed settings',
            ),
          ]),
      folded('All settings', [
        table(
          [
            ['Setting', 'Name', 'Value'],
            ...Object.entries(record.recipe).map(([key, value]) => [
              titleOf(key),
              key,
              valueText(value),
            ]),
          ],
          'All settings',
        ),
      ]),
    ],
  };
}

/** As `--set` takes it. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return Array.isArray(value) ? value.flat().join(',') : String(value);
}

function environmentSection(record: RunRecord): Section {
  const { device, deviceReason, versions, id, prepared } = record;
  return {
    title: 'Environment',
    parts: [
      facts([
        ['Device', deviceReason ?? device],
        ...Object.entries(versions),
        ['Prepared images', prepared === undefined ? undefined : countText(prepared.images)],
        ['Run', id],
      ]),
    ],
  };
}
