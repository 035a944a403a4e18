// What every part of the setup page reaches for.

import type { Lang } from '@etapiste/web/i18n';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { SetupApp } from '../state/setup-app.ts';
import type { SetupView } from '../state/types.ts';

export interface SetupParts {
  app: SetupApp;
  view: SetupView;
}

export const SetupContext = createContext<SetupParts | null>(null);

export function useParts(): SetupParts {
  const parts = useContext(SetupContext);
  if (!parts) throw new Error('outside of the setup page');
  return parts;
}

/** An agency's or a point's name, or its code where it is no more. */
export function nameOf(
  among: readonly { code: string; content: { name: Record<Lang, string> } }[],
  code: string,
  lang: Lang,
): string {
  return among.find((each) => each.code === code)?.content.name[lang] ?? code;
}
