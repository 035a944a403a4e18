// @vitest-environment happy-dom

import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { language, setLanguage } from '../../src/i18n/index.ts';
import { Announcer, announce, Button, Dialog, LanguageRow } from '../../src/ui/index.ts';

let root: HTMLElement;

beforeEach(() => {
  root = document.createElement('div');
  document.body.append(root);
});
afterEach(() => {
  render(null, root);
  root.remove();
  setLanguage('fi');
});

const draw = (what: preact.ComponentChild) => act(() => render(what, root));

test('choosing a language changes the page’s own language', () => {
  draw(<LanguageRow label="Kieli" />);
  const swedish = root.querySelector<HTMLElement>('[lang="sv"]');
  act(() => swedish?.click());
  expect(language.get()).toBe('sv');
  expect(document.documentElement.lang).toBe('sv');
  expect(root.querySelector('[lang="sv"]')?.getAttribute('aria-pressed')).toBe('true');
});

test('a busy button stays in its place and cannot be pressed again', () => {
  let presses = 0;
  draw(
    <Button busy onPress={() => presses++}>
      Kutsu
    </Button>,
  );
  root.querySelector('button')?.click();
  expect(presses).toBe(0);
  expect(root.textContent).toContain('Kutsu');
});

test('a dialog opens modal, takes the focus to its first choice and gives it back', () => {
  const before = document.createElement('button');
  document.body.append(before);
  before.focus();
  draw(
    <Dialog title="Miten päättyi?">
      <Button autoFocus onPress={() => undefined}>
        Valmis
      </Button>
    </Dialog>,
  );
  expect(root.querySelector('dialog')?.open).toBe(true);
  expect(document.activeElement?.textContent).toBe('Valmis');
  draw(null);
  expect(document.activeElement).toBe(before);
  before.remove();
});

test('the same announcement twice is said twice', () => {
  draw(<Announcer />);
  act(() => announce('Kuva otettu'));
  const first = root.querySelector('[role="status"] span');
  act(() => announce('Kuva otettu'));
  const second = root.querySelector('[role="status"] span');
  expect(second?.textContent).toBe('Kuva otettu');
  expect(second).not.toBe(first);
});
