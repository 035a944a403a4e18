// Whose part can one play in the demo, and by which password?

import { useLanguage } from '@etapiste/web/i18n';
import { useT, wordsFor } from '../messages/index.ts';
import { type DemoPerson, demoPlace } from './people.ts';

export function Accounts({ accounts }: { accounts: readonly DemoPerson[] }) {
  const t = useT();
  const lang = useLanguage();
  return (
    <section aria-labelledby="accounts-title">
      <h2 id="accounts-title">{t('start.accounts')}</h2>
      <p>{t('start.accounts_lead')}</p>
      <div class="scrolls">
        <table class="accounts">
          <thead>
            <tr>
              <th scope="col">{t('start.account.agency')}</th>
              <th scope="col">{t('start.account.role')}</th>
              <th scope="col">{t('start.account.username')}</th>
              <th scope="col">{t('start.account.password')}</th>
              <th scope="col">
                <span class="unseen">{t('start.account.use')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {accounts.map((person) => (
              <tr key={person.username}>
                <td>{person.agency ? demoPlace(person, lang, t) : '–'}</td>
                <td>
                  {person.roles.map((code) => wordsFor(t, 'role', code, 'role.unknown')).join(', ')}
                </td>
                <td>
                  <code>{person.username}</code>
                </td>
                <td>
                  <code>{person.password}</code>
                </td>
                <td>
                  <a href={`sign-in.html#as=${encodeURIComponent(person.username)}`}>
                    {t('start.account.use')}
                    <span class="unseen">: {person.username}</span>
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
