export const TOKENS_CSS: URL;
export function renderTokens(): string;
