// The seven steps to an open point: what the system found, and what people ticked.

import { localeOf, useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { Button, Dialog, Icon, Notice, Spinner } from '@etapiste/web/ui';
import { useEffect } from 'preact/hooks';
import { useT, wordsFor } from '../messages/index.ts';
import type { StepView } from '../state/types.ts';
import { nameOf, useParts } from './context.ts';
import { refusedWords } from './words.ts';

export function StepsDialog({ point, close }: { point: string; close: () => void }) {
  const { app, view } = useParts();
  const t = useT();
  const lang = useLanguage();
  const steps = useStore(app.steps);
  const refusal = useStore(app.refusal);
  useEffect(() => {
    void app.openSteps(point);
  }, [app, point]);
  const leave = () => {
    app.refusal.set(null);
    close();
  };
  return (
    <Dialog
      title={t('setup.steps.title', { name: nameOf(view.points, point, lang) })}
      onClose={leave}
      class="setup-dialog"
    >
      {refusal ? (
        <Notice tone="warning" live="alert">
          {refusedWords(t, refusal)}
        </Notice>
      ) : null}
      {steps ? (
        <ol class="setup-steps">
          {steps.map((each) => (
            <StepRow key={each.step} step={each} point={point} />
          ))}
        </ol>
      ) : refusal ? null : (
        <Spinner label={t('setup.loading')} />
      )}
      <div class="dialog-actions">
        <Button autoFocus onPress={leave}>
          {t('app.close')}
        </Button>
      </div>
    </Dialog>
  );
}

function StepRow({ step, point }: { step: StepView; point: string }) {
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const busy = useStore(app.busy);
  const { ticked } = step;
  const name = t(`setup.step.${step.step}`);
  const at = (time: string) =>
    new Date(time).toLocaleString(localeOf(lang), { dateStyle: 'short', timeStyle: 'short' });
  return (
    <li>
      <p class="setup-step">
        <Icon name={step.done ? 'check' : 'clock'} />
        <strong>{name}</strong> – {t(step.done ? 'setup.steps.done' : 'setup.steps.open')}
      </p>
      {step.checks.length > 0 ? (
        <ul class="setup-checks">
          {step.checks.map(({ check, holds }) => (
            <li key={check}>
              <Icon name={holds ? 'check' : 'warning'} /> {t(`setup.check.${check}`)}:{' '}
              {t(holds ? 'setup.holds' : 'setup.holds_not')}
            </li>
          ))}
        </ul>
      ) : null}
      {step.by_system ? (
        <p>{t('setup.steps.by_system')}</p>
      ) : (
        <p>
          {ticked
            ? `${t('setup.steps.ticked', {
                role: wordsFor(t, 'role', ticked.role, 'role.unknown'),
                time: at(ticked.at),
              })} `
            : null}
          <Button busy={busy} onPress={() => void app.tick(point, step.step, !ticked)}>
            {t(ticked ? 'setup.steps.untick' : 'setup.steps.tick')}
            <span class="unseen"> {name}</span>
          </Button>
        </p>
      )}
    </li>
  );
}
