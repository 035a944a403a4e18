// What is this visit for? One matter or several, under one number; nothing is taken yet.
import { Button, Icon } from '@etapiste/web/ui';
import { MOST_ERRANDS, serviceOf } from '../state/number_path.ts';
import { orderWords } from '../state/spoken.ts';
import type { StepProps } from './steps.tsx';

export function Errands(props: StepProps & { chosen: readonly string[] }) {
  const { state, path, words, desk, chosen } = props;
  const told = words.errands;
  const full = chosen.length >= MOST_ERRANDS;
  return (
    <section class="errands" aria-label={told.chosen}>
      <ul class="errand-list">
        {chosen.map((code) => {
          const service = serviceOf(state, code);
          const name = service?.name[path.language] ?? code;
          return (
            <li key={code} class="errand">
              <span class="errand-name">
                {name}
                {service ? (
                  <small>
                    <Icon name="clock" /> {words.minutes(service.minutes)}
                  </small>
                ) : null}
              </span>
              {chosen.length > 1 ? (
                <span class="errand-choices">
                  <Button
                    size="kiosk"
                    icon={path.first === code ? 'check' : undefined}
                    label={told.first_named(name)}
                    pressed={path.first === code}
                    onPress={() => desk.happened({ kind: 'errand_put_first', service: code })}
                  >
                    {told.first}
                  </Button>
                  <Button
                    size="kiosk"
                    icon="close"
                    label={told.remove(name)}
                    onPress={() => desk.happened({ kind: 'errand_removed', service: code })}
                  >
                    {told.remove_it}
                  </Button>
                </span>
              ) : null}
            </li>
          );
        })}
      </ul>
      {chosen.length > 1 ? (
        <p class="errand-about" aria-live="polite">
          {orderWords(path, state, chosen, words).join(' ')}
        </p>
      ) : null}
      <Button
        kind="primary"
        size="kiosk"
        class="take-number"
        onPress={() => void desk.takeNumber()}
      >
        {told.take}
      </Button>
      {full ? (
        <p class="errand-about">{told.full}</p>
      ) : (
        <div class="another">
          <Button
            size="kiosk"
            icon="plus"
            class="add-errand"
            onPress={() => desk.happened({ kind: 'errand_wanted' })}
          >
            {told.add}
          </Button>
          <p class="errand-about">{told.add_about}</p>
        </div>
      )}
      <Button size="kiosk" kind="quiet" onPress={() => desk.happened({ kind: 'back' })}>
        {words.back}
      </Button>
    </section>
  );
}
