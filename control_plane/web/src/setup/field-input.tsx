// How is one field of a thing entered?

import { useLanguage } from '@etapiste/web/i18n';
import { useState } from 'preact/hooks';
import { type Key, useT } from '../messages/index.ts';
import { type Content, type Field, hoursText, readHours } from '../state/setup.ts';
import { useParts } from './context.ts';
import { weekday } from './words.ts';

interface Props {
  field: Field;
  value: unknown;
  draft: Content;
  disabled: boolean;
  autoFocus: boolean;
  onChange: (value: unknown) => void;
}

const LANGUAGES = ['fi', 'sv', 'en'] as const;
const WEEK = [0, 1, 2, 3, 4, 5, 6];

export function FieldInput(props: Props) {
  const { field, value, disabled, onChange } = props;
  const t = useT();
  const label = t(`setup.field.${field.name}` as Key);
  switch (field.form) {
    case 'texts':
      return <Texts {...props} label={label} />;
    case 'languages':
      return <Languages {...props} label={label} />;
    case 'hours':
      return <Hours {...props} label={label} />;
    case 'agency':
    case 'point':
    case 'booth':
      return <Choice {...props} label={label} />;
    case 'tick':
      return (
        <label class="tick">
          <input
            type="checkbox"
            checked={value === true}
            disabled={disabled}
            onChange={(event) => onChange(event.currentTarget.checked)}
          />
          {label}
        </label>
      );
    case 'number':
      return (
        <label class="field">
          {label}
          <input
            type="number"
            required
            min={field.name === 'minutes' ? 1 : 0}
            max={field.name === 'minutes' ? 480 : 9999}
            value={String(value)}
            disabled={disabled}
            onInput={(event) => onChange(event.currentTarget.valueAsNumber || 0)}
          />
        </label>
      );
    case 'words':
      return (
        <label class="field">
          {label}
          <input
            type="text"
            // As it was typed: a comma at the end is no finished list yet.
            defaultValue={(value as string[]).join(', ')}
            disabled={disabled}
            onInput={(event) => onChange(listed(event.currentTarget.value))}
          />
          <small>{t('setup.field.service_area_about')}</small>
        </label>
      );
    case 'date':
      return (
        <label class="field">
          {label}
          <input
            type="date"
            required={!field.optional}
            value={String(value ?? '')}
            disabled={disabled}
            onInput={(event) => onChange(event.currentTarget.value || null)}
          />
        </label>
      );
    case 'word':
      return (
        <label class="field">
          {label}
          <input
            type="text"
            required={!field.optional}
            maxLength={64}
            value={String(value ?? '')}
            disabled={disabled}
            onInput={(event) => onChange(event.currentTarget.value)}
          />
        </label>
      );
  }
}

const listed = (text: string) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

type Labelled = Props & { label: string };

function Texts({ field, value, disabled, autoFocus, onChange, label }: Labelled) {
  const t = useT();
  const said = (value ?? { fi: '', sv: '', en: '' }) as Record<string, string>;
  const some = Object.values(said).some((each) => each.trim() !== '');
  return (
    <fieldset class="setup-texts">
      <legend>{label}</legend>
      {LANGUAGES.map((lang, nth) => (
        <label key={lang} class="field">
          {t(`setup.lang.${lang}`)}
          <input
            type="text"
            lang={lang}
            maxLength={300}
            required={!field.optional || some}
            data-autofocus={(autoFocus && nth === 0) || undefined}
            value={said[lang] ?? ''}
            disabled={disabled}
            onInput={(event) => {
              const now = { ...said, [lang]: event.currentTarget.value };
              const none = Object.values(now).every((each) => each.trim() === '');
              onChange(field.optional && none ? null : now);
            }}
          />
        </label>
      ))}
    </fieldset>
  );
}

function Languages({ value, disabled, onChange, label }: Labelled) {
  const t = useT();
  const has = value as string[];
  return (
    <fieldset class="setup-ticks">
      <legend>{label}</legend>
      {LANGUAGES.map((lang) => (
        <label key={lang} class="tick">
          <input
            type="checkbox"
            checked={has.includes(lang)}
            // The last one stays: a screen speaks some language.
            disabled={disabled || (has.length === 1 && has.includes(lang))}
            onChange={(event) =>
              onChange(
                event.currentTarget.checked ? [...has, lang] : has.filter((each) => each !== lang),
              )
            }
          />
          {t(`setup.lang.${lang}`)}
        </label>
      ))}
    </fieldset>
  );
}

function Hours({ value, disabled, onChange, label }: Labelled) {
  const t = useT();
  const lang = useLanguage();
  const hours = value as { weekday: number; opens: string; closes: string }[];
  const [typed, setTyped] = useState(() => WEEK.map((day) => hoursText(hours, day)));
  return (
    <fieldset class="setup-texts">
      <legend>{label}</legend>
      <p class="setup-about">{t('setup.field.hours_about')}</p>
      {WEEK.map((day) => (
        <label key={day} class="field setup-day">
          {weekday(day, lang, 'long')}
          <input
            type="text"
            disabled={disabled}
            value={typed[day] ?? ''}
            onInput={(event) => {
              const input = event.currentTarget;
              const now = typed.map((text, each) => (each === day ? input.value : text));
              setTyped(now);
              const read = readHours(input.value, day);
              input.setCustomValidity(read ? '' : t('setup.field.hours_odd'));
              if (read) onChange([...hours.filter((each) => each.weekday !== day), ...read]);
            }}
          />
        </label>
      ))}
    </fieldset>
  );
}

function Choice({ field, value, draft, disabled, autoFocus, onChange, label }: Labelled) {
  const { view } = useParts();
  const t = useT();
  const lang = useLanguage();
  const choices = {
    agency: view.agencies,
    point: view.points,
    booth: view.booths.filter((each) => each.point === draft['point']),
  }[field.form as 'agency' | 'point' | 'booth'];
  return (
    <label class="field">
      {label}
      <select
        required={!field.optional}
        disabled={disabled}
        data-autofocus={autoFocus || undefined}
        value={String(value ?? '')}
        onChange={(event) => onChange(event.currentTarget.value || null)}
      >
        <option value="">{t('setup.no_choice')}</option>
        {choices.map((each) => (
          <option key={each.code} value={each.code}>
            {each.content.name[lang]}
          </option>
        ))}
      </select>
    </label>
  );
}
