/** Whether the studio can be reached. */
import { create } from 'zustand';
import type { Connection } from './transport.ts';

export const useConnection = create<{ readonly connection: Connection }>(() => ({
  connection: 'lost',
}));
