// What is so, in words, and the ways on from it.
import { Button, Notice, type Tone } from '@etapiste/web/ui';

interface Choice {
  label: string;
  act: () => void;
}

interface ExplainedProps {
  text: string;
  tone: Tone;
  choices: readonly Choice[];
}

export function Explained({ text, tone, choices }: ExplainedProps) {
  return (
    <div class="explained">
      <Notice tone={tone} live="status">
        <p>{text}</p>
      </Notice>
      {choices.map(({ label, act }, index) => (
        <Button key={label} size="kiosk" kind={index === 0 ? 'primary' : 'secondary'} onPress={act}>
          {label}
        </Button>
      ))}
    </div>
  );
}
