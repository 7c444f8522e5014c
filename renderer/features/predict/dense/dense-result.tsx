/** Masks that a job has predicted: pictures with overlays, a filter, and files. */
import { useState } from 'react';
import type { Job } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { OPACITY, OpacitySlider } from '../../../ui/opacity-slider.tsx';
import { isLive } from '../jobs/job-text.ts';
import { ClassFilter } from '../result/class-filter.tsx';
import { LOOK_MS } from '../result/job-parts.tsx';
import { DenseCard } from './dense-card.tsx';
import { DensePage, Gallery, useShownPart } from './dense-page.tsx';

export function DenseResult({ job }: { readonly job: Job }) {
  const { chosen, choose, shown, setShown, part } = useShownPart();
  const [opacity, setOpacity] = useState(OPACITY);
  const query = { job: job.id, ...part };
  const found = useStudio('predictions.dense', query, isLive(job) ? { every: LOOK_MS } : {});
  const page = found.data;
  return (
    <DensePage job={job} found={found}>
      {page === undefined ? null : (
        <Gallery
          page={page}
          shown={shown}
          onShow={setShown}
          controls={
            <>
              <ClassFilter page={page} chosen={chosen} onChoose={choose} />
              {page.hasMasks ? <OpacitySlider value={opacity} onChange={setOpacity} /> : null}
            </>
          }
        >
          {page.items.map((item) => (
            <DenseCard
              key={item.row}
              job={job.id}
              item={item}
              page={page}
              chosen={chosen}
              opacity={opacity / 100}
            />
          ))}
        </Gallery>
      )}
    </DensePage>
  );
}
