import { wordOf } from '../words';

const shapes: Record<string, string> = {
  urgent: '▲', unanswered: '!', next_step: '»', lost: '◆', overdue: '■', board: '●', due: '○', data_required: '?', hand_over: '→',
};

/** A group of the worklist: a shape and a word, never colour alone. */
export function GroupMark({ group }: { group: string }) {
  return (
    <span className={`mark mark-${group}`}>
      <span aria-hidden="true">{shapes[group] ?? '·'}</span> {wordOf(group)}
    </span>
  );
}

export function GroupShape({ group }: { group: string }) {
  return (
    <span aria-hidden="true" className={`shape mark-${group}`}>
      {shapes[group] ?? '·'}
    </span>
  );
}

const concern: Record<string, string> = {
  URGENT_ESCALATION: 'high', TUMOUR_BOARD: 'high', SUSPICIOUS: 'high', METASTASIS_CRITERIA_MET: 'high', UNEQUIVOCAL_GROWTH: 'high', UNEQUIVOCAL: 'high',
  SHORT_INTERVAL_CT: 'middle', PET_CT: 'middle', INDETERMINATE: 'middle', POSSIBLE_GROWTH: 'middle', POSSIBLE: 'middle', NEW: 'middle',
  DATA_REQUIRED: 'open', UNCLASSIFIABLE: 'open', NOT_REPORTED: 'open', UNMEASURED: 'open',
};

export function Word({ code }: { code: string | null | undefined }) {
  return <span className={`word word-${concern[code ?? ''] ?? 'calm'}`}>{wordOf(code)}</span>;
}
