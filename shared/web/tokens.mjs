// Makes src/tokens.css of suomifi-design-tokens: its SCSS colours as CSS variables.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export const TOKENS_CSS = new URL('./src/tokens.css', import.meta.url);

export function renderTokens() {
  const source = createRequire(import.meta.url).resolve('suomifi-design-tokens/dist/tokens.scss');
  const variables = [...readFileSync(source, 'utf8').matchAll(/\$(fi-color-[\w-]+): ([^;]+);/g)];
  const lines = variables.map(([, name, value]) => `  --${name}: ${value};`);
  return `/* Made by tokens.mjs from suomifi-design-tokens; do not edit. */\n:root {\n${lines.join('\n')}\n}\n`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(TOKENS_CSS, renderTokens());
}
