import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../src/parts/history';
import { problemOn, requestOf } from '../../src/pages/log_fields';

describe('the request for what was typed', () => {
  it('leaves out what was left empty: it is not known', () => {
    expect(requestOf('P1', { scan: 'CT-1', nodule_id: 'N1', status: 'present', long_axis_mm: ' 6.4 ', short_axis_mm: '', side: '' })).toEqual({
      patient_id: 'P1',
      scan_id: 'CT-1',
      measurement: { nodule_id: 'N1', status: 'present', long_axis_mm: '6.4' },
    });
  });
  it('describes the scan where it is new, and only there', () => {
    const typed = { scan: '', scan_id: 'CT-2', scan_date: '2026-11-20', slice_thickness_mm: '1.0', nodule_id: 'N1', status: 'new' };
    expect(requestOf('P1', typed).scan).toEqual({ scan_date: '2026-11-20', slice_thickness_mm: '1.0' });
    expect(requestOf('P1', { ...typed, scan: 'CT-1' }).scan).toBeUndefined();
  });
  it('says why a stored value is contradicted', () => {
    expect(requestOf('P1', { scan: 'CT-1', nodule_id: 'N1', status: 'present', amend: 'typed wrong' }).amend).toBe('typed wrong');
  });
});

describe('a problem', () => {
  it('is shown at its field where it names one', () => {
    expect(problemOn('entry:1:short_axis_mm: 8.9 is longer than the long axis of 7.4')).toEqual({ column: 'short_axis_mm', text: '8.9 is longer than the long axis of 7.4' });
    expect(problemOn('long_axis_mm: must be a number').column).toBe('long_axis_mm');
  });
  it('is shown as it is where it names none', () => {
    expect(problemOn('nothing was stored').column).toBeNull();
    expect(problemOn('somewhere: else').column).toBeNull();
  });
});

describe('the history', () => {
  const value = (version: number, text: string) => ({
    row: 'measurements', patient_id: 'P1', scan_id: 'CT-1', nodule_id: 'N1', column: 'long_axis_mm', value: text, version,
    delivery_no: version, recorded_at: '2026-11-20T08:00:00Z', actor: 'ada', door: 'service', reason: '',
  });
  it('keeps the values of a row together, with the version that holds', () => {
    const rows = rowsOf([value(1, '6.0'), value(2, '6.4'), { ...value(1, '5.0'), nodule_id: 'N2' }]);
    expect(rows).toHaveLength(2);
    expect(rows[0]?.version).toBe(2);
    expect(rows[0]?.columns.get('long_axis_mm')?.map((one) => one.value)).toEqual(['6.0', '6.4']);
    expect(rows[0]?.address).toEqual({ scan_id: 'CT-1', nodule_id: 'N1' });
  });
});
