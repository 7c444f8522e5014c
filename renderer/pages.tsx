/** All pages with their routes, names and components. */
import {
  IconChartLine,
  IconCpu,
  IconDatabase,
  IconFlask,
  IconHelpCircle,
  IconPackageExport,
  IconPhotoSearch,
  IconPlayerPlay,
  IconSettings,
  IconTags,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { DatasetsPage } from './features/datasets/page.tsx';
import { DevicesPage } from './features/devices/page.tsx';
import { FinetunePage } from './features/finetune/page.tsx';
import { HelpPage } from './features/help/page.tsx';
import { InsightPage } from './features/insight/page.tsx';
import { ModelsPage } from './features/models/page.tsx';
import { PredictPage } from './features/predict/page.tsx';
import { PretrainPage } from './features/pretrain/page.tsx';
import { RunsPage } from './features/runs/page.tsx';
import { SettingsPage } from './features/settings/page.tsx';
import { StudiesPage } from './features/studies/page.tsx';

export interface PageEntry {
  /** First part of the route. */
  readonly path: string;
  readonly label: string;
  readonly icon: ComponentType<{ size?: number; 'aria-hidden'?: boolean }>;
  readonly component: ComponentType;
}

/** The pages in the order of the workflow. */
export const PAGES: readonly PageEntry[] = [
  { path: 'datasets', label: 'Data sets', icon: IconDatabase, component: DatasetsPage },
  { path: 'pretrain', label: 'Pre-train', icon: IconPlayerPlay, component: PretrainPage },
  { path: 'runs', label: 'Runs', icon: IconChartLine, component: RunsPage },
  { path: 'studies', label: 'Studies', icon: IconFlask, component: StudiesPage },
  { path: 'finetune', label: 'Fine-tune', icon: IconTags, component: FinetunePage },
  { path: 'predict', label: 'Predict', icon: IconPhotoSearch, component: PredictPage },
  { path: 'models', label: 'Models', icon: IconPackageExport, component: ModelsPage },
  { path: 'devices', label: 'Devices', icon: IconCpu, component: DevicesPage },
  { path: 'settings', label: 'Settings', icon: IconSettings, component: SettingsPage },
  { path: 'help', label: 'Help', icon: IconHelpCircle, component: HelpPage },
];

/** Pages that others lead to. */
export const INNER_PAGES: readonly Pick<PageEntry, 'path' | 'component'>[] = [
  { path: 'insight', component: InsightPage },
];
