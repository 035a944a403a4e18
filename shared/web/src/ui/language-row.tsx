// The languages, each by its own name, always in sight.

import { LANGUAGE_NAMES, LANGUAGES, type Lang, setLanguage, useLanguage } from '../i18n/index.ts';

interface LanguageRowProps {
  /** What the row is, in the page's language. */
  label: string;
  languages?: readonly Lang[];
  size?: 'desk' | 'kiosk';
  onChange?: (language: Lang) => void;
}

export function LanguageRow({
  label,
  languages = LANGUAGES,
  size = 'desk',
  onChange,
}: LanguageRowProps) {
  const current = useLanguage();
  return (
    <fieldset class={`language-row language-row-${size}`}>
      <legend class="unseen">{label}</legend>
      {languages.map((language) => (
        <button
          type="button"
          key={language}
          lang={language}
          class="language"
          aria-pressed={language === current}
          onClick={() => {
            setLanguage(language);
            onChange?.(language);
          }}
        >
          {LANGUAGE_NAMES[language]}
        </button>
      ))}
    </fieldset>
  );
}
