import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderTokens, TOKENS_CSS } from '../tokens.mjs';

test('the committed colours are those of suomifi-design-tokens', () => {
  expect(readFileSync(TOKENS_CSS, 'utf8')).toBe(renderTokens());
});
