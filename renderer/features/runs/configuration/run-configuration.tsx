/** The configuration of a run: recipe, data and versions. */

import { Table, Text } from '@mantine/core';
import type { RunDetail } from '../../../../engine/contract/studio/index.ts';
import type { RecipeKind } from '../../../../engine/contract/tasks.ts';
import { termOf } from '../../../../engine/contract/terms.ts';
import { pagesOfRun } from '../../../tasks/register.ts';
import { Facts } from '../../../ui/facts.tsx';
import { countOf, countText } from '../../../ui/format.ts';
import { titleOf, valueText } from '../../../ui/recipe-form/recipe-kind.ts';
import { SettingTitle } from '../../../ui/recipe-form/setting-title.tsx';
import { ScrollRegion } from '../../../ui/scroll-region.tsx';
import { Section } from '../../../ui/section.tsx';
import type { Nearest } from './recipe-changes.ts';
import { useNearestRecipe } from './use-nearest-recipe.ts';

export function RunConfiguration({ run }: { readonly run: RunDetail }) {
  const { recipe: kind } = pagesOfRun(run);
  const nearest = useNearestRecipe(run);
  return (
    <Section title={termOf('configuration')}>
      {nearest === undefined ? null : <Changes kind={kind} nearest={nearest} />}
      <details>
        <summary>All settings</summary>
        <Facts
          items={Object.entries(run.recipe).map(([key, value]) => [
            key,
            valueText(value),
            <SettingTitle key={key} title={titleOf(kind, key)} name={key} />,
          ])}
        />
      </details>
      <Facts items={factsOf(run)} />
    </Section>
  );
}

function Changes(props: { readonly kind: RecipeKind; readonly nearest: Nearest }) {
  const { name, title, changes } = props.nearest;
  if (changes.length === 0)
    return (
      <Text>
        The recipe “{title}” ({name}), unchanged.
      </Text>
    );
  return (
    <>
      <Text>
        Nearest to the recipe “{title}” ({name}), with {countOf(changes.length, 'setting')} changed:
      </Text>
      <ScrollRegion label="Changed settings" height={280}>
        <Table verticalSpacing={4} withRowBorders={false} w="auto" aria-label="Changed settings">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Setting</Table.Th>
              <Table.Th scope="col">This run</Table.Th>
              <Table.Th scope="col">Recipe</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changes.map(({ key, value, usual }) => (
              <Table.Tr key={key}>
                <Table.Th scope="row">
                  <SettingTitle title={titleOf(props.kind, key)} name={key} />
                </Table.Th>
                <Table.Td fw={600}>{valueText(value)}</Table.Td>
                <Table.Td>{valueText(usual)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
    </>
  );
}

/** How many, where they lie, and how many were left out. */
function imagesText({ images, folders, excluded }: RunDetail): string {
  const left =
    excluded === undefined
      ? ''
      : excluded.images === undefined
        ? `; those listed in ${excluded.file} are excluded`
        : `; ${countText(excluded.images)} excluded, listed in ${excluded.file}`;
  return `${countText(images)} in ${folders.join(', ')}${left}`;
}

function factsOf(run: RunDetail): [string, string][] {
  const { dir, train, val, classes: names, fingerprint, versions, createdAt } = run;
  return [
    ['Started', new Date(createdAt).toLocaleString()],
    ['Folder', dir],
    ['Device', run.deviceReason ?? run.device],
    ['Images', imagesText(run)],
    ...(train === undefined ? [] : ([[termOf('trainingSet'), train]] as [string, string][])),
    ...(val === undefined ? [] : ([[termOf('validationSet'), val]] as [string, string][])),
    ...(names === undefined ? [] : ([['Classes', names.join(', ')]] as [string, string][])),
    ['Data fingerprint', fingerprint],
    [
      'Versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ];
}
