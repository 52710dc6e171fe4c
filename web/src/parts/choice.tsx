import type { ReactNode, SelectHTMLAttributes } from 'react';
import { wordOf } from '../words';

interface ChoiceOf<T extends string> extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'value' | 'onChange' | 'className'> {
  codes: readonly T[];
  value: T;
  onChoose: (code: T) => void;
  /** What stands first, for none of them. */
  none?: ReactNode;
  say?: (code: T) => ReactNode;
}

/** One code of several, each shown as its word. */
export function Choice<T extends string>({ codes, value, onChoose, none, say = wordOf, children, ...others }: ChoiceOf<T>) {
  return (
    <select className="input" value={value} onChange={(event) => onChoose(event.target.value as T)} {...others}>
      {none !== undefined && <option value="">{none}</option>}
      {codes.map((code) => (
        <option key={code} value={code}>
          {say(code)}
        </option>
      ))}
      {children}
    </select>
  );
}
