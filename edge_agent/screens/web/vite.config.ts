import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const page = (name: string) => resolve(import.meta.dirname, `${name}.html`);

export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    manifest: true,
    // The pages allow no data: addresses: every picture is a file of its own.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: ['waiting-area', 'booth', 'info', 'bench', 'stage'].map(page),
    },
  },
});
