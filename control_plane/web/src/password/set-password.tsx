// A password of one's own, by a link that works once.

import { setLanguage } from '@etapiste/web/i18n';
import { Announcer, Button, Notice, Spinner } from '@etapiste/web/ui';
import { useEffect, useRef, useState } from 'preact/hooks';
import { refusalWords, useT } from '../messages/index.ts';
import { PageHead } from '../page-head.tsx';
import { languageIsChosen } from '../preferences.ts';
import { type Api, Refusal } from '../state/api.ts';

const SHORTEST = 12;
const LONGEST = 200;

interface SetPasswordProps {
  api: Api;
  token: string;
  enter: (username: string) => void;
}

interface Whose {
  username: string;
  display_name: string;
}

export function SetPassword({ api, token, enter }: SetPasswordProps) {
  const t = useT();
  const [whose, setWhose] = useState<Whose | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [again, setAgain] = useState(0);
  useEffect(() => {
    document.title = `${t('password.title')} – ${t('app.name')}`;
  }, [t]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: «again» is what asks once more
  useEffect(() => {
    setRefusal(null);
    const no = new Refusal('password_link_gone', 404);
    (token ? api.lookAtPasswordLink(token) : Promise.reject(no)).then(
      (found) => {
        if (!languageIsChosen()) setLanguage(found.language);
        setWhose(found);
      },
      (error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        setRefusal(error);
      },
    );
  }, [api, token, again]);
  const gone = refusal?.code === 'password_link_gone' || refusal?.code === 'invalid';
  return (
    <>
      <Announcer />
      <PageHead />
      <main class="plain-main narrow">
        <h1>{t('password.title')}</h1>
        {refusal ? (
          <Notice
            tone="warning"
            live="alert"
            actions={
              gone ? null : (
                <Button onPress={() => setAgain(again + 1)}>{t('app.try_again')}</Button>
              )
            }
          >
            {gone ? t('refusal.password_link_gone') : refusalWords(t, refusal)}
          </Notice>
        ) : whose ? (
          <Form api={api} token={token} whose={whose} enter={enter} refused={setRefusal} />
        ) : (
          <Spinner label={t('app.loading')} />
        )}
        <p>
          <a href="sign-in.html">{t('password.sign_in')}</a>
        </p>
      </main>
    </>
  );
}

interface FormProps extends Omit<SetPasswordProps, 'enter'> {
  whose: Whose;
  enter: (username: string) => void;
  refused: (refusal: Refusal) => void;
}

function Form({ api, token, whose, enter, refused }: FormProps) {
  const t = useT();
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [short, setShort] = useState(false);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = async () => {
    const tooShort = password.length < SHORTEST;
    setShort(tooShort);
    if (tooShort) {
      field.current?.focus();
      return;
    }
    setBusy(true);
    try {
      await api.setPassword(token, password);
      enter(whose.username);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      <p class="lead">{t('password.whose', { name: whose.display_name })}</p>
      {short ? (
        <Notice tone="warning" live="alert">
          {t('refusal.weak_password')}
        </Notice>
      ) : null}
      <label class="field">
        {t('sign_in.username')}
        <input name="username" autocomplete="username" readOnly value={whose.username} />
      </label>
      <label class="field">
        {t('password.new')}
        <input
          ref={field}
          name="password"
          {...(shown ? { type: 'text' as const } : { type: 'password' as const })}
          autocomplete="new-password"
          required
          minLength={SHORTEST}
          maxLength={LONGEST}
          aria-describedby="password-about"
          aria-invalid={short || undefined}
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </label>
      <p id="password-about">{t('password.about')}</p>
      <label class="tick">
        <input
          type="checkbox"
          checked={shown}
          onChange={(event) => setShown(event.currentTarget.checked)}
        />
        {t('sign_in.show_password')}
      </label>
      <Button kind="primary" type="submit" busy={busy} onPress={() => undefined}>
        {t('password.submit')}
      </Button>
    </form>
  );
}
