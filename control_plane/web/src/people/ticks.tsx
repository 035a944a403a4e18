// Which of these, several or none?

interface TicksProps<V extends string> {
  legend: string;
  about?: string | undefined;
  choices: readonly { value: V; words: string }[];
  chosen: readonly V[];
  choose: (chosen: V[]) => void;
  disabled?: boolean;
}

export function Ticks<V extends string>(props: TicksProps<V>) {
  const { legend, about, choices, chosen, choose, disabled = false } = props;
  return (
    <fieldset class="ticks" disabled={disabled}>
      <legend>{legend}</legend>
      {about ? <small>{about}</small> : null}
      {choices.map(({ value, words }) => (
        <label key={value} class="tick">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={(event) =>
              choose(
                event.currentTarget.checked
                  ? [...chosen, value]
                  : chosen.filter((each) => each !== value),
              )
            }
          />
          {words}
        </label>
      ))}
    </fieldset>
  );
}
