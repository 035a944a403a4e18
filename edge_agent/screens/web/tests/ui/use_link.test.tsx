// @vitest-environment happy-dom
// Does a page show the newest state, however early it came?
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, test } from 'vitest';
import type { ScreenLink } from '../../src/state/screen_link.ts';
import { useLink } from '../../src/ui/agent.ts';

interface Shown {
  text: string;
}

function agent() {
  const listeners = new Set<() => void>();
  let state: Shown | null = null;
  return {
    get state() {
      return state;
    },
    get status() {
      return state ? ('open' as const) : ('connecting' as const);
    },
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    says(text: string) {
      state = { text };
      for (const listener of listeners) listener();
    },
  };
}

function Page({ link }: { link: Pick<ScreenLink<Shown>, 'state' | 'status' | 'onChange'> }) {
  return <p>{useLink(link as ScreenLink<Shown>).state?.text ?? 'nothing yet'}</p>;
}

test('a state that comes after the page was drawn and before it listens is shown', async () => {
  const link = agent();
  const root = document.createElement('div');
  await act(() => {
    // Drawn at once; what a hook does after drawing, a page in the background does a second later.
    render(<Page link={link} />, root);
    expect(root.textContent).toBe('nothing yet');
    link.says('welcome');
  });
  expect(root.textContent).toBe('welcome');
  await act(() => link.says('please wait'));
  expect(root.textContent).toBe('please wait');
});
