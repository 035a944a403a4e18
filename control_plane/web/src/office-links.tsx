// From one page of those who run the service to the others that this person may open.

import { useT } from './messages/index.ts';
import { OFFICE, type Office, officeOf } from './state/entry.ts';
import type { Session } from './state/types.ts';

interface OfficeLinksProps {
  session: Session | null;
  here: Office;
}

export function OfficeLinks({ session, here }: OfficeLinksProps) {
  const t = useT();
  return (
    <nav class="office-links" aria-label={t('office.pages')}>
      {officeOf(session).map((page) => (
        <a key={page} href={OFFICE[page]} aria-current={page === here ? 'page' : undefined}>
          {t(`office.${page}`)}
        </a>
      ))}
    </nav>
  );
}
