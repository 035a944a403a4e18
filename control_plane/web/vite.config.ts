import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const page = (name: string) => resolve(import.meta.dirname, `${name}.html`);

export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    manifest: true,
    rolldownOptions: {
      input: [
        'index',
        'sign-in',
        'desk',
        'supervisor',
        'promises',
        'reports',
        'people',
        'password',
        'second-factor',
        'setup',
      ].map(page),
    },
  },
});
