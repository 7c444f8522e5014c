/** The devices of this machine, for forms. */
import { useStudio } from './use-studio.ts';

/**
 * Looking for devices starts processes and opens drivers, so forms share an answer for this time. The
 * Devices page looks each time, and an answer is read again when a job may have checked devices.
 */
const FRESH_MS = 5 * 60_000;

export function useDevices() {
  return useStudio('devices.list', {}, { freshMs: FRESH_MS });
}
