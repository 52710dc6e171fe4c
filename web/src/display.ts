// How the pages look on this screen: light or dark, type for the desk or for the wall. Kept in the browser, for whoever sits there.

export type Theme = 'system' | 'light' | 'dark';
export type TypeSize = 'desk' | 'wall';

export interface Display {
  theme: Theme;
  type: TypeSize;
}

const key = 'nodtrack.display';

export function chosenDisplay(): Display {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Display>;
    return { theme: kept.theme === 'light' || kept.theme === 'dark' ? kept.theme : 'system', type: kept.type === 'wall' ? 'wall' : 'desk' };
  } catch {
    return { theme: 'system', type: 'desk' };
  }
}

export function showAsChosen(display: Display = chosenDisplay()): void {
  const root = document.documentElement;
  if (display.theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = display.theme;
  root.dataset['type'] = display.type;
}

export function chooseDisplay(display: Display): void {
  try {
    localStorage.setItem(key, JSON.stringify(display));
  } catch {
    // Not kept, but shown.
  }
  showAsChosen(display);
}
