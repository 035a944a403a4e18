// A second factor of one's own: an app is shown the picture, and its first code confirms it.

import { Announcer, Button, Notice, Spinner } from '@etapiste/web/ui';
import { useEffect, useRef, useState } from 'preact/hooks';
import { refusalWords, useT } from '../messages/index.ts';
import { PageHead } from '../page-head.tsx';
import { type Api, Refusal } from '../state/api.ts';
import { pageOf } from '../state/entry.ts';
import type { NewFactor, Session } from '../state/types.ts';
import { QrCode } from './qr-code.tsx';

interface SecondFactorProps {
  api: Api;
  go: (page: string) => void;
}

type Phase = 'loading' | 'asked' | 'begun' | 'done' | 'there';

export function SecondFactor({ api, go }: SecondFactorProps) {
  const t = useT();
  const [phase, setPhase] = useState<Phase>('loading');
  const [session, setSession] = useState<Session | null>(null);
  const [factor, setFactor] = useState<NewFactor | null>(null);
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = `${t('factor.title')} – ${t('app.name')}`;
  }, [t]);
  const ask = async (act: () => Promise<void>) => {
    setBusy(true);
    setRefusal(null);
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // A wrong code is a 401 too: only who has no session goes.
      if (error.code === 'not_signed_in') go('sign-in.html#needed');
      else setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the page opens
  useEffect(() => {
    void ask(async () => {
      const found = await api.session();
      setSession(found);
      setPhase(found.second_factor === 'on' ? 'there' : 'asked');
    });
  }, []);
  const begin = () =>
    ask(async () => {
      setFactor(await api.beginSecondFactor());
      setPhase('begun');
    });
  const show = (codes: Promise<{ codes: string[] }>) =>
    ask(async () => {
      setCodes((await codes).codes);
      setPhase('done');
    });
  const enter = () => session && go(pageOf(session));
  return (
    <>
      <Announcer />
      <PageHead />
      <main class="plain-main narrow">
        <h1>{t('factor.title')}</h1>
        {refusal ? (
          <Notice tone="warning" live="alert">
            {refusalWords(t, refusal, Number(refusal.detail['retry_after_s'] ?? 0))}
          </Notice>
        ) : null}
        {phase === 'loading' && !refusal ? <Spinner label={t('app.loading')} /> : null}
        {phase === 'asked' && session ? (
          <>
            <p class="lead">
              {t(session.second_factor === 'demanded' ? 'factor.demanded' : 'factor.offered')}
            </p>
            <p>{t('factor.what')}</p>
            <Button kind="primary" busy={busy} onPress={() => void begin()}>
              {t('factor.begin')}
            </Button>
            {session.second_factor === 'demanded' ? (
              <Button onPress={() => void ask(async () => leave(api, go))}>
                {t('desk.sign_out')}
              </Button>
            ) : (
              <Button onPress={enter}>{t('factor.not_now')}</Button>
            )}
          </>
        ) : null}
        {phase === 'begun' && factor ? (
          <>
            <Steps factor={factor} />
            <CodeForm
              busy={busy}
              act={t('factor.confirm')}
              give={(code) => void show(api.confirmSecondFactor(code))}
            />
          </>
        ) : null}
        {phase === 'done' ? <Done codes={codes} enter={enter} /> : null}
        {phase === 'there' ? (
          <>
            <Notice tone="good">{t('factor.there')}</Notice>
            <Button kind="primary" onPress={enter}>
              {t('factor.enter')}
            </Button>
            <h2>{t('factor.renew')}</h2>
            <p>{t('factor.renew_about')}</p>
            <CodeForm
              busy={busy}
              act={t('factor.renew')}
              give={(code) => void show(api.renewRecoveryCodes(code))}
            />
          </>
        ) : null}
      </main>
    </>
  );
}

async function leave(api: Api, go: (page: string) => void): Promise<void> {
  await api.signOut();
  go('sign-in.html#out');
}

function Steps({ factor }: { factor: NewFactor }) {
  const t = useT();
  return (
    <ol class="factor-steps">
      <li>{t('factor.step_app')}</li>
      <li>
        {t('factor.step_scan')}
        <QrCode rows={factor.picture} label={t('factor.picture')} />
        <p>
          {t('factor.by_hand')} <code class="factor-key">{factor.by_hand}</code>
        </p>
      </li>
      <li>{t('factor.step_code')}</li>
    </ol>
  );
}

interface CodeFormProps {
  busy: boolean;
  act: string;
  give: (code: string) => void;
}

function CodeForm({ busy, act, give }: CodeFormProps) {
  const t = useT();
  const [code, setCode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (busy || !code.trim()) return;
        give(code.trim());
        setCode('');
        field.current?.focus();
      }}
    >
      <label class="field">
        {t('factor.code')}
        <input
          ref={field}
          name="code"
          inputMode="numeric"
          autocomplete="one-time-code"
          maxLength={10}
          required
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
      </label>
      <Button type="submit" busy={busy} onPress={() => undefined}>
        {act}
      </Button>
    </form>
  );
}

function Done({ codes, enter }: { codes: readonly string[]; enter: () => void }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  const copy = async () =>
    setCopied(
      await navigator.clipboard.writeText(codes.join('\n')).then(
        () => true,
        () => false,
      ),
    );
  return (
    <>
      <Notice tone="good" live="status">
        {t('factor.done')}
      </Notice>
      <h2>{t('factor.recovery')}</h2>
      <p>{t('factor.recovery_about')}</p>
      <ul class="factor-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Button icon={copied ? 'check' : 'document'} onPress={() => void copy()}>
        {t('people.copy')}
      </Button>
      <p role="status">{copied ? t('people.copied') : null}</p>
      <Button kind="primary" onPress={enter}>
        {t('factor.kept')}
      </Button>
    </>
  );
}
