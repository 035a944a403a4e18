import { resolve } from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: {
    target: 'es2023',
    emptyOutDir: true,
    rolldownOptions: { input: resolve(import.meta.dirname, 'booth.html') },
  },
});
