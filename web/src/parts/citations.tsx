import { useEffect, useState } from 'react';
import type { Citation } from '../api/types';

interface Item {
  statement: string;
  title: string;
  where: string;
}

let library: Promise<Map<string, Item>> | undefined;

/** The bibliography that comes with the program (schema/sources.json), fetched when the first citation unfolds. */
function bibliography(): Promise<Map<string, Item>> {
  library ??= import('../../../schema/sources.json').then(({ default: file }) => {
    const items = new Map<string, Item>();
    for (const source of file.sources) {
      const about = source as { title: string; organisation?: string; year?: number; where?: string; items: { id: string; statement: string }[] };
      for (const item of about.items)
        items.set(item.id, { statement: item.statement, title: about.title, where: [about.organisation, about.where ?? about.year].filter(Boolean).join('. ') });
    }
    return items;
  });
  return library;
}

const checked: Record<string, string> = {
  read: 'read in the source',
  found: 'found as an excerpt, the source itself not read',
  unverified: 'not verified',
};

export function Citations({ citations, localPolicy }: { citations: Citation[]; localPolicy: boolean }) {
  const [items, setItems] = useState<Map<string, Item> | null>(null);
  useEffect(() => {
    let wanted = true;
    void bibliography().then((all) => wanted && setItems(all));
    return () => {
      wanted = false;
    };
  }, []);
  return (
    <ul className="citations">
      {localPolicy && <li>Local policy: rests on no source.</li>}
      {citations.map((citation) => {
        const item = items?.get(citation.item);
        return (
          <li key={`${citation.item}${citation.at}`}>
            {item && <span className="block">{item.statement}</span>}
            <span className="quiet">
              {item ? `${item.title}. ${item.where}` : citation.source}, {citation.at} [{citation.item}]: {checked[citation.verified] ?? citation.verified}.
            </span>
          </li>
        );
      })}
    </ul>
  );
}
