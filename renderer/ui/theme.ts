/** The theme; text has WCAG AA contrast in both colour schemes. */
import { type CSSVariablesResolver, createTheme } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'teal',
  // White text on this shade has a contrast of 5 to 1 in both schemes.
  primaryShade: 9,
  defaultRadius: 'md',
  cursorType: 'pointer',
  // Animations are off, since they use the GPU that may be training.
  respectReducedMotion: true,
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif',
  components: {
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
    Modal: {
      defaultProps: {
        transitionProps: { duration: 0 },
        centered: true,
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    Menu: { defaultProps: { transitionProps: { duration: 0 } } },
    Popover: { defaultProps: { transitionProps: { duration: 0 } } },
    // Coloured text on tinted backgrounds has too little contrast.
    Alert: { styles: { title: { color: 'var(--mantine-color-text)' } } },
    Badge: { defaultProps: { variant: 'outline', tt: 'none' } },
    Progress: { defaultProps: { transitionDuration: 0 } },
    SegmentedControl: { defaultProps: { transitionDuration: 0 } },
  },
});

/** Dimmed text of the default theme is below AA on tinted surfaces. */
export const variables: CSSVariablesResolver = () => ({
  // The default hover shade is lighter, and white text on it has too little contrast.
  variables: {
    '--mantine-primary-color-filled-hover': '#066649',
    '--mantine-color-teal-filled-hover': '#066649',
  },
  light: {
    // Borders of controls have a contrast of 3 to 1 at least.
    '--mantine-color-default-border': 'var(--mantine-color-gray-6)',
    '--mantine-color-dimmed': '#495057',
    '--mantine-color-placeholder': '#5c636a',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-error': '#c92a2a',
  },
  dark: {
    '--mantine-color-default-border': 'var(--mantine-color-dark-2)',
    '--mantine-color-error': '#ffa8a8',
    '--mantine-color-dimmed': '#b8bec6',
    '--mantine-color-placeholder': '#a6adb4',
  },
});
