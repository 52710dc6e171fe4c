import { column, millimetres, missing, moment, plain } from '../format';
import { wordOf } from '../words';

type Row = Record<string, unknown>;

const asCode = new Set(['says', 'status', 'state', 'role', 'stance', 'progress', 'kind']);

/** Objects as rows, their members as columns with units, in the order in which they were given. */
export function GenericTable({ rows, caption, wraps = false }: { rows: Row[]; caption: string; wraps?: boolean }) {
  const names: string[] = [];
  for (const row of rows) for (const name of Object.keys(row)) if (!names.includes(name)) names.push(name);
  const isNumber = (name: string) => rows.some((row) => typeof row[name] === 'number') && rows.every((row) => row[name] === null || row[name] === undefined || typeof row[name] === 'number');
  return (
    <div className="table-frame">
      <table className={wraps ? 'table table-wraps' : 'table'}>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col" className={isNumber(name) ? 'number' : ''}>
                {column(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {names.map((name) => (
                <td key={name} className={isNumber(name) ? 'number' : 'figure'}>
                  {row[name] === null || row[name] === undefined ? missing : asCode.has(name) ? wordOf(String(row[name])) : /_mm$/.test(name) && typeof row[name] === 'number' ? millimetres(row[name]) : /_at$/.test(name) ? moment(String(row[name])) : plain(row[name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
