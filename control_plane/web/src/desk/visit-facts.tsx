// Where, what for, in which language.

import { LANGUAGE_NAMES, useLanguage } from '@etapiste/web/i18n';
import { useT } from '../messages/index.ts';
import type { Visit } from '../state/types.ts';

export function VisitFacts({ visit }: { visit: Visit }) {
  const t = useT();
  const lang = useLanguage();
  return (
    <p class="facts">
      <span>
        {visit.point.name[lang]}, {visit.booth.name[lang]}
      </span>
      <span>{visit.service.name[lang]}</span>
      <span>{t('visit.language', { language: LANGUAGE_NAMES[visit.language] })}</span>
      {visit.service.needs ? (
        <span>{t('visit.needs', { needs: visit.service.needs[lang] })}</span>
      ) : null}
    </p>
  );
}
