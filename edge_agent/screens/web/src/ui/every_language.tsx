// The same words in every language at once, for a screen that nobody can set to their own.
import { LANGUAGES, type Lang } from '@etapiste/web/i18n';

interface EveryLanguageProps {
  languages: readonly Lang[] | undefined;
  words: (lang: Lang) => string;
  class?: string;
}

export function EveryLanguage({ languages = LANGUAGES, words, class: extra }: EveryLanguageProps) {
  return (
    <span class={`every-language ${extra ?? ''}`.trim()}>
      {languages.map((lang) => (
        <span key={lang} lang={lang}>
          {words(lang)}
        </span>
      ))}
    </span>
  );
}
