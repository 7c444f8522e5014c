/** The report of a study: its table, a figure for each setting, and the best recipe. */
import { countOf, countText } from '../contract/number-text.ts';
import type { Study } from '../contract/study/study.ts';
import {
  changeText,
  scoreText,
  settingsText,
  studyNotes,
  studyTable,
  timeText,
} from '../contract/study/study-text.ts';
import { summarise } from '../contract/study/summary.ts';
import { PAGE_COLOURS } from '../insight/report/charts/colours.ts';
import { citeSection } from '../insight/report/cite.ts';
import {
  bullets,
  charts,
  facts,
  folded,
  paragraph,
  reportHtml,
  table,
} from '../insight/report/document.ts';
import { valueText } from '../insight/report/sections/recipe.ts';
import { effectFigure } from '../studies/study-files.ts';

const SEARCH = {
  grid: 'all combinations',
  random: 'drawn combinations',
  halving: 'successive halving of drawn combinations',
} as const;

export function studyReport(study: Study, madeAt: number): string {
  const found = summarise(study);
  const { best, effects, done, total } = found;
  const settings = (study.settings ?? {}) as { readonly recipe?: Record<string, unknown> };
  return reportHtml({
    title: `Study ${study.name}`,
    about: `The recipe ${study.recipe} with ${study.vary.map(({ keys }) => keys.join(', ')).join('; ')} varied: ${SEARCH[study.search]}, ${countOf(study.seeds, 'seed')}; ${countOf(done, 'training')} of ${total}.`,
    madeAt,
    sections: [
      {
        title: 'Results',
        parts: [
          ...(best === undefined
            ? [paragraph('No training is complete yet.')]
            : [
                paragraph(
                  `Best so far: ${settingsText(best.settings)}, with ${scoreText(best.score)}, ${changeText(best.gain)} points over the same network untrained.`,
                ),
                table(studyTable(study, found), 'Trials, the best first'),
              ]),
          bullets(studyNotes(study, found)),
        ],
      },
      {
        title: 'Settings',
        parts: [
          charts(
            effects
              .filter(({ points }) => points.length > 0)
              .map((effect) => effectFigure(study, effect, PAGE_COLOURS)),
          ),
          ...effects
            .filter(({ points }) => points.length > 0)
            .map(({ keys, points }) =>
              table(
                [
                  [
                    keys.join(', '),
                    'kNN',
                    'over untrained',
                    'over the recipe’s value',
                    'trainings',
                  ],
                  ...points.map(({ value, score, gain, change, trainings }) => [
                    value,
                    scoreText(score),
                    changeText(gain),
                    changeText(change),
                    String(trainings),
                  ]),
                ],
                `By ${keys.join(', ')}, over all values of the other settings`,
              ),
            ),
        ],
      },
      {
        title: 'Plan and environment',
        parts: [
          facts([
            ['Recipe', study.recipe],
            [
              'Images to train on',
              study.images === undefined ? undefined : countText(study.images),
            ],
            ['Steps', study.rounds.join(', ')],
            ['Judged by', `${study.judge.k} nearest neighbours`],
            [
              'Labelled images',
              study.judge.train === undefined
                ? undefined
                : `${countText(study.judge.train)} for reference, ${countText(study.judge.eval ?? 0)} evaluated`,
            ],
            ['Training time', timeText(found.seconds)],
            ['Device', study.device],
            ...Object.entries(study.versions ?? {}),
          ]),
          folded('All trainings', [
            table(
              [
                ['Run', 'Settings', 'Steps', 'Seed', 'kNN', 'untrained', 'time'],
                ...study.results.map((result) => [
                  result.run,
                  settingsText(study.trials[result.trial]!),
                  String(result.steps),
                  String(result.seed),
                  scoreText({ value: result.score }),
                  scoreText({ value: result.untrained }),
                  timeText(result.seconds),
                ]),
              ],
              'All trainings',
            ),
          ]),
          ...(settings.recipe === undefined
            ? []
            : [
                folded('The recipe that was varied', [
                  table(
                    [
                      ['Setting', 'Value'],
                      ...Object.entries(settings.recipe).map(([key, value]) => [
                        key,
                        valueText(value),
                      ]),
                    ],
                    'The recipe that was varied',
                  ),
                ]),
              ]),
        ],
      },
      citeSection(),
    ],
  });
}
