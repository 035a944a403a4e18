// What a screen shows while its agent is not there: never an empty page.
import { Icon } from '@etapiste/web/ui';

export function Blank({ title, text }: { title: string; text: string }) {
  return (
    <main class="blank">
      <Icon name="clock" />
      <h1>{title}</h1>
      <p role="status">{text}</p>
    </main>
  );
}
