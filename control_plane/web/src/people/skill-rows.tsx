// What can a clerk do, and how well? A row for each skill.

import { useStore } from '@etapiste/web/state';
import { Button } from '@etapiste/web/ui';
import { useT } from '../messages/index.ts';
import { type Form, LEVELS } from '../state/people.ts';
import type { PeopleApp } from '../state/people-app.ts';

const MOST = 20;

interface SkillRowsProps {
  app: PeopleApp;
  skills: Form['skills'];
  choose: (skills: Form['skills']) => void;
}

export function SkillRows({ app, skills, choose }: SkillRowsProps) {
  const t = useT();
  const people = useStore(app.people);
  // What colleagues are said to know: the same word for the same skill.
  const known = [...new Set(people.flatMap((each) => each.skills.map(({ skill }) => skill)))];
  const put = (index: number, change: Partial<Form['skills'][number]>) =>
    choose(skills.map((each, at) => (at === index ? { ...each, ...change } : each)));
  return (
    <fieldset class="skills">
      <legend>{t('people.skills')}</legend>
      <datalist id="known-skills">
        {known.sort().map((skill) => (
          <option key={skill} value={skill} />
        ))}
      </datalist>
      {skills.map(({ skill, level }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is what stands in its place
        <div class="skill-row" key={index}>
          <input
            list="known-skills"
            maxLength={64}
            autocapitalize="none"
            spellcheck={false}
            aria-label={t('people.skill')}
            value={skill}
            onInput={(event) => put(index, { skill: event.currentTarget.value })}
          />
          <select
            aria-label={t('people.level_of', { skill: skill || t('people.skill') })}
            value={level}
            onChange={(event) => put(index, { level: Number(event.currentTarget.value) })}
          >
            {LEVELS.map((each) => (
              <option key={each} value={each}>
                {t('people.level', { level: each })}
              </option>
            ))}
          </select>
          <Button
            kind="quiet"
            icon="close"
            label={t('people.skill_remove', { skill: skill || t('people.skill') })}
            onPress={() => choose(skills.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      {skills.length < MOST ? (
        <p>
          <Button icon="plus" onPress={() => choose([...skills, { skill: '', level: 3 }])}>
            {t('people.skill_add')}
          </Button>
        </p>
      ) : null}
    </fieldset>
  );
}
