// How values are written. Nothing is computed here: numbers are shown as the service gave them.
import { columnName, unitOf, wordOf } from './words';

export const missing = '–';

/** A number as given, with its unit; a dash where there is none. */
export function withUnit(value: unknown, unit: string): string {
  if (value === null || value === undefined || value === '') return missing;
  return unit ? `${plain(value)} ${unit}` : plain(value);
}

export function plain(value: unknown): string {
  if (value === null || value === undefined || value === '') return missing;
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (Array.isArray(value)) return value.map(plain).join(' to ');
  if (typeof value === 'object') return Object.entries(value).map(([name, one]) => `${columnName(name)} ${plain(one)}`).join(', ');
  return String(value);
}

/** A size in mm (or a doubling time) with one decimal at least, as radiologists write it: 6 -> 6.0; more decimals are kept. */
export function millimetres(value: unknown): string {
  if (typeof value !== 'number' && typeof value !== 'string') return missing;
  const text = String(value);
  if (text === '') return missing;
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** With its sign, so that a rise is seen as one: 1.4 -> +1.4. */
export function signed(value: unknown): string {
  if (typeof value !== 'number') return missing;
  return value > 0 ? `+${millimetres(value)}` : millimetres(value).replace('-', '−');
}

/** `2026-11-20T08:00:00Z` -> `2026-11-20 08:00 UTC`. */
export function moment(text: string | null | undefined): string {
  if (!text) return missing;
  const found = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2}(\.\d+)?)?Z$/.exec(text);
  return found ? `${found[1]} ${found[2]} UTC` : text;
}

export function late(days: number): string {
  if (days <= 0) return '';
  return days === 1 ? '1 day late' : `${days} days late`;
}

export function column(name: string): string {
  const unit = unitOf(name);
  return unit ? `${columnName(name)}, ${unit}` : columnName(name);
}

/** `4:05` of 245 seconds. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Whether a text is a real day, written YYYY-MM-DD. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** A sentence of the service with the codes in it as words: `N1 UNEQUIVOCAL_GROWTH 6.2 mm` -> `N1 unequivocal growth 6.2 mm`. */
export function inWords(text: string): string {
  return text.replace(/\b(?:[A-Z]{3,}|[A-Z]+(?:_[A-Z]+)+)\b/g, (code) => {
    const word = wordOf(code);
    return word === code || /^.[A-Z]/.test(word) ? word : word.charAt(0).toLowerCase() + word.slice(1);
  });
}
