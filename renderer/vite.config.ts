// Bundles the renderer to out/renderer; every asset is local, so it works without any network.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative addresses: the same bundle is served at app:// and over HTTP.
  base: './',
  plugins: [react()],
  build: {
    chunkSizeWarningLimit: 2000,
    outDir: fileURLToPath(new URL('../out/renderer', import.meta.url)),
    emptyOutDir: true,
    // Older ones do not know light-dark(), from which the colours are made.
    target: ['chrome125', 'firefox125', 'safari17.5'],
    // The content security policy forbids inline scripts, and data: scripts too.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
