// Bundles the renderer to out/renderer. All assets are local, so it works without a network.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // URLs are relative, since the same bundle is served at app:// and over HTTP.
  base: './',
  plugins: [react()],
  build: {
    chunkSizeWarningLimit: 2000,
    outDir: fileURLToPath(new URL('../out/renderer', import.meta.url)),
    emptyOutDir: true,
    // Older browsers do not support light-dark(), which the colours use.
    target: ['chrome125', 'firefox125', 'safari17.5'],
    // The content security policy forbids inline scripts, and data: scripts too.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
