// Who are you? Errors in words; the password never leaves the field but to the server.

import { setLanguage, useLanguage } from '@etapiste/web/i18n';
import { useNow } from '@etapiste/web/state';
import { Announcer, Button, Notice } from '@etapiste/web/ui';
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { refusalWords, type T, useT } from '../messages/index.ts';
import { PageHead } from '../page-head.tsx';
import { languageIsChosen } from '../preferences.ts';
import { type DemoPerson, demoWho } from '../start/people.ts';
import { type Api, Refusal } from '../state/api.ts';
import type { Session } from '../state/types.ts';

/** Why somebody is here who was in before, as the address says it. */
export const REASONS = ['ended', 'out', 'rights', 'suspended', 'new'] as const;

interface SignInProps {
  api: Api;
  reason: (typeof REASONS)[number] | null;
  /** Who is meant to sign in; the demo knows the password of its own people. */
  username: string;
  enter: (session: Session) => void;
}

interface No {
  refusal: Refusal;
  /** When the next try is allowed, in ms. */
  until: number;
}

export function SignIn({ api, reason, username: given, enter }: SignInProps) {
  const t = useT();
  const lang = useLanguage();
  const [username, setUsername] = useState(given);
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);
  const [no, setNo] = useState<No | null>(null);
  const [person, setPerson] = useState<DemoPerson | null>(null);
  /** The password was right, and a code is asked for. */
  const [codeNeeded, setCodeNeeded] = useState(false);
  const [code, setCode] = useState('');
  const codeField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const usernameField = useRef<HTMLInputElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const now = useNow(1_000);
  useEffect(() => {
    document.title = `${t('sign_in.title')} – ${t('app.name')}`;
  }, [t]);
  useEffect(() => {
    (given ? passwordField : usernameField).current?.focus();
  }, [given]);
  useEffect(() => {
    if (!given) return;
    api.start().then(
      ({ accounts }) => {
        const found = accounts.find(({ username }) => username === given);
        if (!found || passwordField.current?.value) return;
        setPerson(found);
        setPassword(found.password);
        form.current?.querySelector('button')?.focus();
      },
      (error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
      },
    );
  }, [api, given]);
  useEffect(() => {
    if (codeNeeded) codeField.current?.focus();
  }, [codeNeeded]);
  const secondsLeft = no ? Math.max(0, Math.ceil((no.until - now) / 1000)) : 0;

  const submit = async () => {
    setNo(null);
    const lacks = !username.trim() || !password || (codeNeeded && !code.trim());
    setMissing(lacks);
    if (lacks || busy || secondsLeft > 0) return;
    setBusy(true);
    try {
      const session = await api.signIn(username.trim(), password, codeNeeded ? code.trim() : '');
      // The browser's own choice stands before the account's.
      if (!languageIsChosen()) setLanguage(session.language);
      enter(session);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === 'code_needed') {
        setCodeNeeded(true);
        return;
      }
      const wait = Number(error.detail['retry_after_s'] ?? 0);
      setNo({ refusal: error, until: Date.now() + 1000 * wait });
      setCode('');
      if (codeNeeded && error.code !== 'wrong_credentials') {
        codeField.current?.focus();
        return;
      }
      setCodeNeeded(false);
      setPassword('');
      passwordField.current?.focus();
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Announcer />
      <PageHead />
      <main class="plain-main narrow">
        <h1>{t('sign_in.title')}</h1>
        <p class="lead">{t('sign_in.lead')}</p>
        <Trouble
          t={t}
          reason={reason}
          missing={missing}
          codeNeeded={codeNeeded}
          no={no}
          secondsLeft={secondsLeft}
        />
        {person && !no && !codeNeeded ? (
          <Notice tone="info" live="status">
            {t('sign_in.demo', { who: demoWho(person, lang, t) })}
          </Notice>
        ) : null}
        <form
          ref={form}
          class="form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          {codeNeeded ? (
            <CodeField
              t={t}
              field={codeField}
              code={code}
              type={setCode}
              back={() => {
                setCodeNeeded(false);
                setCode('');
                setPassword('');
                setNo(null);
              }}
            />
          ) : null}
          <label class="field" hidden={codeNeeded}>
            {t('sign_in.username')}
            <input
              ref={usernameField}
              name="username"
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              required
              value={username}
              onInput={(event) => setUsername(event.currentTarget.value)}
            />
          </label>
          <label class="field" hidden={codeNeeded}>
            {t('sign_in.password')}
            <input
              ref={passwordField}
              name="password"
              {...(shown ? { type: 'text' as const } : { type: 'password' as const })}
              autocomplete="current-password"
              required
              value={password}
              onInput={(event) => setPassword(event.currentTarget.value)}
            />
          </label>
          <label class="tick" hidden={codeNeeded}>
            <input
              type="checkbox"
              checked={shown}
              onChange={(event) => setShown(event.currentTarget.checked)}
            />
            {t('sign_in.show_password')}
          </label>
          <Button
            kind="primary"
            type="submit"
            busy={busy}
            disabled={secondsLeft > 0}
            onPress={() => undefined}
          >
            {t('sign_in.submit')}
          </Button>
        </form>
        <p>
          <a href="./">{t('sign_in.back')}</a>
        </p>
      </main>
    </>
  );
}

interface CodeFieldProps {
  t: T;
  field: RefObject<HTMLInputElement | null>;
  code: string;
  type: (code: string) => void;
  back: () => void;
}

function CodeField({ t, field, code, type, back }: CodeFieldProps) {
  return (
    <>
      <label class="field">
        {t('sign_in.code')}
        <input
          ref={field}
          name="code"
          autocomplete="one-time-code"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={40}
          required
          aria-describedby="code-about"
          value={code}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </label>
      <p id="code-about">{t('sign_in.code_about')}</p>
      <p>
        <Button kind="quiet" onPress={back}>
          {t('sign_in.other_account')}
        </Button>
      </p>
    </>
  );
}

interface TroubleProps {
  t: T;
  reason: SignInProps['reason'];
  missing: boolean;
  codeNeeded: boolean;
  no: No | null;
  secondsLeft: number;
}

function Trouble({ t, reason, missing, codeNeeded, no, secondsLeft }: TroubleProps) {
  if (no) {
    // Counted down in sight, but not spoken each second.
    return (
      <Notice tone="bad" live={secondsLeft > 0 ? undefined : 'alert'}>
        {refusalWords(t, no.refusal, secondsLeft)}
      </Notice>
    );
  }
  if (missing) {
    return (
      <Notice tone="warning" live="alert">
        {t(codeNeeded ? 'sign_in.code_missing' : 'sign_in.missing')}
      </Notice>
    );
  }
  if (codeNeeded) {
    return (
      <Notice tone="info" live="status">
        {t('sign_in.code_needed')}
      </Notice>
    );
  }
  if (!reason) return null;
  return (
    <Notice tone={reason === 'suspended' ? 'warning' : 'info'} live="status">
      {t(`sign_in.${reason}`)}
    </Notice>
  );
}
