/** Makes a map of a data set, and shows how far that is. */
import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import { refreshQueries } from '../../../client/use-studio.ts';
import { FromImages } from '../from-images.tsx';

const DEFAULTS = {
  pooling: 'mean',
  count: 100_000,
  neighbours: 15,
  clusters: 20,
  seed: 0,
  device: 'auto',
} as const;

export function MakeMap(props: { readonly id: string; readonly folder: string | undefined }) {
  const { id, folder } = props;
  const [clusters, setClusters] = useState<number>(DEFAULTS.clusters);
  return (
    <FromImages
      kind="map"
      run={id}
      folder={folder}
      words={{
        button: 'Make the map',
        doing: 'Making the map',
        made: 'the map',
        failed: 'The map could not be made',
      }}
      requestFor={(images) => ({ kind: 'map', run: id, ...images, ...DEFAULTS, clusters })}
      onMade={refreshMaps}
    >
      <NumberInput
        label="Clusters"
        min={2}
        max={500}
        value={clusters}
        onChange={(value) => setClusters(Number(value) || DEFAULTS.clusters)}
      />
    </FromImages>
  );
}

function refreshMaps(): void {
  void refreshQueries({ queryKey: ['insight.maps'] });
}
