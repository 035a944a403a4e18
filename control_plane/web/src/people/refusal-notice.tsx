// Why was it refused? In words, where the act is.

import { useStore } from '@etapiste/web/state';
import { Notice } from '@etapiste/web/ui';
import { refusalWords, useT, wordsFor } from '../messages/index.ts';
import type { PeopleApp } from '../state/people-app.ts';

export function RefusalNotice({ app }: { app: PeopleApp }) {
  const t = useT();
  const refusal = useStore(app.refusal);
  if (!refusal) return null;
  const { code, detail } = refusal;
  const words = () => {
    switch (code) {
      case 'role_not_yours':
        return t('refusal.role_not_yours', {
          role: wordsFor(t, 'role', String(detail['role']), 'role.unknown'),
        });
      case 'sheet_broken':
        return wordsFor(t, 'sheet', String(detail['why']), 'refusal.sheet_broken', {
          line: Number(detail['line'] ?? 0),
          column: String(detail['column'] ?? ''),
          most: Number(detail['most'] ?? 0),
        });
      default:
        return refusalWords(t, refusal);
    }
  };
  return (
    <Notice tone="warning" live="alert">
      {words()}
    </Notice>
  );
}
